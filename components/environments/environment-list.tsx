"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus, Settings2 } from "lucide-react";
import Link from "next/link";
import { formatSpan } from "#lib/platform/format.ts";
import { STAGING } from "#lib/releases/constants.ts";
import type { EnvironmentView, EnvironmentList as List } from "#lib/releases/types.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { Card, CardBody, CardHeader, Fact, Facts } from "../ui/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { MonoId } from "../ui/mono-id.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { DriftNotice } from "./drift-notice.tsx";

interface EnvironmentListProps {
  serviceName: string;
  initialData: List;
}

/** Where the service runs: production, and what is tried before it. */
export function EnvironmentList({ serviceName, initialData }: EnvironmentListProps) {
  const { data } = useQuery({
    queryKey: ["environments", "list", serviceName],
    queryFn: ({ signal }) => api("GET /services/{serviceName}/environments", { params: { serviceName }, signal }),
    initialData,
    refetchInterval: ({ state }) =>
      state.data?.environments.some((one) => one.movingId !== null || one.state === "adding") ? 3_000 : 15_000,
  });
  const { environments, mayAdd } = data;
  const add = (
    <Button asChild variant={environments.length > 1 ? "secondary" : "primary"}>
      <Link href={`/services/${serviceName}/environments/add-environment`}>
        <Plus aria-hidden /> Add an environment
      </Link>
    </Button>
  );
  if (environments.length === 0)
    return (
      <Card>
        <EmptyState icon={Settings2} title="No environments yet">
          Production is here once the service is provisioned.
        </EmptyState>
      </Card>
    );
  const hasStaging = environments.some(({ name }) => name === STAGING);
  return (
    <div className="grid grid-cols-1 gap-4">
      {mayAdd && hasStaging ? <div className="flex justify-end">{add}</div> : null}
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
        {environments.map((environment) => (
          <EnvironmentBox key={environment.id} serviceName={serviceName} environment={environment} />
        ))}
      </div>
      {hasStaging ? null : (
        <Callout title="There is no staging" actions={mayAdd ? add : null}>
          With staging, every release is deployed there first, and its page shows what production would get.
        </Callout>
      )}
    </div>
  );
}

const WORDS = {
  running: ["done", "Running"],
  adding: ["running", "Being added"],
  empty: ["waiting", "Empty"],
} as const;

function EnvironmentBox({ serviceName, environment }: { serviceName: string; environment: EnvironmentView }) {
  const { name, current, configVersion, soakS, run } = environment;
  const [state, word] = environment.movingId ? (["running", "Being deployed"] as const) : WORDS[environment.state];
  const failed = environment.state === "empty" && run && run.state !== "succeeded";
  return (
    <Card className="min-w-0 overflow-hidden" aria-label={name}>
      <CardHeader
        title={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="first-letter:uppercase">{name}</span>
            {environment.movingId ? (
              <Link href={`/deployments/${environment.movingId}`} className="hover:underline">
                <StateBadge state={state} word={word} />
              </Link>
            ) : (
              <StateBadge state={failed ? "failed" : state} word={failed ? "Not finished" : word} />
            )}
          </span>
        }
        note={<span className="break-all">Stack {environment.stackName}</span>}
        actions={
          configVersion === null ? null : (
            <Button asChild size="sm">
              <Link href={`/services/${serviceName}/environments/${name}`}>
                <Settings2 aria-hidden /> Settings<span className="sr-only"> of {name}</span>
              </Link>
            </Button>
          )
        }
      />
      <CardBody className="grid gap-3">
        <DriftNotice serviceName={serviceName} environment={environment} />
        <Facts>
          <Fact name="Runs">
            {current ? (
              <>
                <Link
                  href={`/services/${serviceName}/releases/${current.release.number}`}
                  className="font-medium text-accent hover:underline"
                >
                  Release {current.release.number}
                </Link>{" "}
                <span className="text-muted">
                  since{" "}
                  <Link href={`/deployments/${current.deploymentId}`} className="hover:underline">
                    <RelativeTime at={current.since} />
                  </Link>
                </span>
              </>
            ) : (
              <span className="text-muted">nothing that the panel knows of</span>
            )}
          </Fact>
          {current ? (
            <Fact name="Image">
              <MonoId value={current.image} head={28} tail={8} what="image" />
            </Fact>
          ) : null}
          <Fact name="Settings">
            <SettingsWords current={current} configVersion={configVersion} />
          </Fact>
          <Fact name="Names">
            {environment.hostnames.length > 0 ? (
              <span className="break-all font-mono text-sm">{environment.hostnames.join(", ")}</span>
            ) : (
              <span className="text-muted">none: it is reached by its ports</span>
            )}
          </Fact>
          <Fact name="Soak time">{soakS === 0 ? "none" : formatSpan(soakS * 1_000)}</Fact>
          {run && name !== "production" ? (
            <Fact name="Added by">
              <Link href={`/runs/${run.id}`} className="text-accent hover:underline">
                Run {run.id}
              </Link>
            </Fact>
          ) : null}
        </Facts>
      </CardBody>
    </Card>
  );
}

function SettingsWords({ current, configVersion }: Pick<EnvironmentView, "current" | "configVersion">) {
  if (configVersion === null) return <span className="text-muted">none yet</span>;
  if (!current || current.configVersion === configVersion) return <>version {configVersion}</>;
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      version {current.configVersion}
      <StateBadge
        plain
        state="waiting"
        word={`version ${configVersion} waits for the next deployment`}
        className="whitespace-normal"
      />
    </span>
  );
}
