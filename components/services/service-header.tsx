"use client";

import type { ServiceView } from "#lib/services/types.ts";
import { stateOfService } from "../state-of.ts";
import { Count } from "../ui/badge.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { type TabLink, TabLinks } from "../ui/tab-links.tsx";
import { Replicas } from "./replicas.tsx";
import { ServiceMenu } from "./service-menu.tsx";
import { useService } from "./use-service.ts";

/** Only tabs with something behind them. */
function listTabs(service: ServiceView): TabLink[] {
  const base = `/services/${service.name}`;
  const hasData = service.hasBackups || (service.answers !== null && service.answers.data.database !== "none");
  return [
    { href: base, label: "Overview" },
    {
      href: `${base}/checklist`,
      label: "Checklist",
      mark: <Count n={service.ticks.open} tone="person" label=" no longer so" />,
    },
    { href: `${base}/releases`, label: "Releases" },
    { href: `${base}/environments`, label: "Environments" },
    { href: `${base}/domains`, label: "Domains" },
    ...(hasData ? [{ href: `${base}/backups`, label: "Backups" }] : []),
    ...(service.answers !== null && service.answers.data.database !== "none"
      ? [{ href: `${base}/data`, label: "Data" }]
      : []),
    ...(service.secrets.length > 0 ? [{ href: `${base}/secrets`, label: "Secrets" }] : []),
    { href: `${base}/monitors`, label: "Watching" },
    { href: `${base}/readiness`, label: "Readiness" },
    { href: `${base}/dependencies`, label: "Dependencies" },
    { href: `${base}/history`, label: "History" },
  ];
}

/** What it is and whether it is all right, above every tab. */
export function ServiceHeader({ initialData }: { initialData: ServiceView }) {
  const service = useService(initialData);
  const { state, word } = stateOfService(service.state);
  return (
    <>
      <PageHeader
        crumbs={[{ label: "Services", href: "/services" }]}
        title={
          <>
            {service.name} <CopyButton text={service.id} label="Copy the service's id" className="align-middle" />
          </>
        }
        note={service.purpose}
        actions={<ServiceMenu service={service} />}
        mark={
          <span className="flex flex-wrap items-center gap-3">
            <StateBadge state={state} word={word} />
            {service.environments.map((environment) => {
              const desired = environment.services.reduce((sum, each) => sum + each.desired, 0);
              const running = environment.services.reduce((sum, each) => sum + each.running, 0);
              if (environment.services.length === 0) return null;
              return <Replicas key={environment.name} name={environment.name} running={running} desired={desired} />;
            })}
          </span>
        }
      />
      <TabLinks tabs={listTabs(service)} label={`Parts of ${service.name}`} />
    </>
  );
}
