import { ExternalLink } from "lucide-react";
import Link from "next/link";
import type { ServiceView } from "#lib/services/types.ts";
import { stateOfService } from "../state-of.ts";
import { Card, CardBody, CardHeader, Fact, Facts } from "../ui/card.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateIcon } from "../ui/state-badge.tsx";

const ENGINES: Record<string, string> = { mariadb: "MariaDB", mysql: "MySQL", postgresql: "PostgreSQL", none: "none" };

/** What it is, who answers for it, what hangs on it. */
export function AboutCard({ service }: { service: ServiceView }) {
  const { answers } = service;
  const isPublic = answers?.exposure.audience === "public";
  return (
    <Card>
      <CardHeader title="About" />
      <CardBody>
        <Facts>
          <Fact name="Owner">{service.owner.name}</Fact>
          {service.hostnames.length > 0 ? (
            <Fact name="Host names">
              <ul>
                {service.hostnames.map((name) => (
                  <li key={name} className="break-all">
                    <a
                      href={`https://${name}`}
                      target="_blank"
                      rel="noreferrer"
                      className="text-accent underline-offset-4 hover:underline"
                    >
                      {name} <ExternalLink aria-label="opens a new tab" className="inline size-3.5" />
                    </a>
                  </li>
                ))}
              </ul>
            </Fact>
          ) : null}
          {service.ports.length > 0 ? (
            <Fact name="Ports">
              <ul>
                {service.ports.map(({ address, protocol }) => (
                  <li key={`${address}/${protocol}`} className="flex items-center gap-1">
                    <span className="break-all font-mono text-sm">
                      {address}/{protocol}
                    </span>
                    <CopyButton text={address} label="Copy the address" />
                  </li>
                ))}
              </ul>
            </Fact>
          ) : null}
          {answers ? (
            <>
              <Fact name="Reached by">{isPublic ? "everybody" : "the inside only"}</Fact>
              <Fact name="Database">{ENGINES[answers.data.database]}</Fact>
            </>
          ) : null}
          <Fact name="Depends on">
            <Related services={service.dependsOn} none="nothing else here" />
          </Fact>
          <Fact name="Needed by">
            <Related services={service.dependents} none="nothing else here" />
          </Fact>
          <Fact name={service.liveAt ? "Live since" : "Begun"}>
            <RelativeTime at={service.liveAt ?? service.createdAt} />
          </Fact>
          {service.retiredAt ? (
            <Fact name="Retired">
              <RelativeTime at={service.retiredAt} />
            </Fact>
          ) : null}
        </Facts>
      </CardBody>
    </Card>
  );
}

function Related({ services, none }: { services: ServiceView["dependsOn"]; none: string }) {
  if (services.length === 0) return <span className="text-muted">{none}</span>;
  return (
    <ul className="grid grid-cols-1 gap-1">
      {services.map((each) => {
        const { state, word } = stateOfService(each.state);
        return (
          <li key={each.name}>
            <span className="flex items-center gap-1.5">
              <StateIcon state={state} word={word} className="size-3.5" />
              <Link href={`/services/${each.name}`} className="break-all underline-offset-4 hover:underline">
                {each.name}
              </Link>
            </span>
            {each.reason ? <span className="break-words text-muted text-sm">{each.reason}</span> : null}
          </li>
        );
      })}
    </ul>
  );
}
