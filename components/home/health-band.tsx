import Link from "next/link";
import type { ReactNode } from "react";
import { formatDuration } from "#lib/platform/format.ts";
import { ENVIRONMENT } from "#lib/services/naming.ts";
import type { HomeView } from "#lib/services/types.ts";
import { formatScore } from "#lib/ticks/format.ts";
import { NOTHING_PROVEN, sayHowMany, TOO_OLD } from "../backups/backup-words.ts";
import { DaysLeft } from "../domains/days-left.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { RecordTrouble } from "./record-trouble.tsx";

const SHOWN = 6;

/** Band three: what is true now: replicas, restorability, certificates. */
export function HealthBand({ health }: { health: HomeView["health"] }) {
  const certificates = [...health.certificates].sort((a, b) => a.daysLeft - b.daysLeft);
  return (
    <div className="grid grid-cols-1 gap-4 md:grid-cols-2">
      <RecordTrouble records={health.records} />
      <HealthCard title="Services" all="/services" total={health.failing.length} empty={summarize(health.services)}>
        {health.failing.slice(0, SHOWN).map((one) => (
          <HealthRow key={one.service} href={`/services/${one.service}`} name={one.service} note={one.reason}>
            <StateBadge plain state="failed" word={`${one.running}/${one.desired}`} />
          </HealthRow>
        ))}
      </HealthCard>
      <HealthCard
        title="Checklist items no longer so"
        all="/checklists"
        total={health.checklists.worst.length}
        more={health.checklists.open > 0 ? `${formatScore(health.checklists)} of all items is still so` : null}
        empty={summarizeChecklists(health.checklists)}
      >
        {health.checklists.worst.slice(0, SHOWN).map((one) => (
          <HealthRow
            key={one.service}
            href={`/services/${one.service}/checklist`}
            name={one.service}
            note={one.open > 1 ? `${one.title} and ${one.open - 1} more` : one.title}
          >
            {one.since ? <RelativeTime at={one.since} /> : null}
          </HealthRow>
        ))}
      </HealthCard>
      <HealthCard
        title="Provably restorable as of"
        all="/backups"
        total={health.backups.lines}
        more={summarizeBackups(health.backups)}
        empty="No service has data to back up yet."
      >
        {health.backups.worst.slice(0, SHOWN).map((one) => (
          <HealthRow
            key={one.policyId ?? `${one.service}/${one.environment}/${one.policy}`}
            href={one.service === null ? `/backups/policies/${one.policyId ?? ""}` : `/services/${one.service}/backups`}
            name={one.service ?? "Seaworthy itself"}
            note={describeBackup(one)}
          >
            {one.asOf ? (
              <RelativeTime at={one.asOf} />
            ) : (
              <StateBadge plain alert state="person" word={NOTHING_PROVEN} />
            )}
          </HealthRow>
        ))}
      </HealthCard>
      <HealthCard
        title="Certificates by days left"
        all="/domains/certificates"
        total={certificates.length}
        empty="No certificate has been issued yet."
      >
        {certificates.slice(0, SHOWN).map((one) => (
          <HealthRow
            key={one.id}
            href={`/domains/certificates/${one.id}`}
            name={one.names[0] ?? ""}
            note={one.names.length > 1 ? `and ${one.names.length - 1} more` : null}
          >
            <DaysLeft days={one.daysLeft} />
          </HealthRow>
        ))}
      </HealthCard>
    </div>
  );
}

type Backups = HomeView["health"]["backups"];

function summarizeBackups({ services, asScheduled }: Backups): string | null {
  return services === 0 ? null : `${sayHowMany(asScheduled, services)} as scheduled`;
}

/** What is the matter with it, or how long bringing it back takes. */
function describeBackup(one: Backups["worst"][number]): string {
  const { environment, policyId, policy, targetFailingSince, overdueSince, proofOverdueSince, failing } = one;
  const { service, tooOld, restoreMs } = one;
  const state = [
    policyId === null && "no schedule",
    targetFailingSince && "its target is failing",
    overdueSince && "overdue",
    proofOverdueSince && "proof overdue",
    failing && "the last one failed",
    tooOld && TOO_OLD.toLowerCase(),
    restoreMs !== null && `restored in ${formatDuration(restoreMs)}`,
  ].filter(Boolean);
  return [service !== null && environment !== ENVIRONMENT && environment, policy, ...state].filter(Boolean).join(" · ");
}

function summarizeChecklists({ services, total }: HomeView["health"]["checklists"]): string {
  if (services === 0) return "No service is live yet.";
  if (total === 0) return "No live service has a checklist yet.";
  return total === 1 ? "The one item is still so." : `All ${total} items of live services are still so.`;
}

function summarize({ live, provisioning, failed }: HomeView["health"]["services"]): string {
  if (live + provisioning + failed === 0) return "No service has been provisioned yet.";
  const others = [provisioning > 0 && `${provisioning} provisioning`, failed > 0 && `${failed} not finished`];
  const all =
    live === 1
      ? "One service is live and has all its replicas"
      : `${live} services are live and have all their replicas`;
  return [live > 0 ? all : "None is live yet", ...others.filter(Boolean)].join(", ").concat(".");
}

interface HealthCardProps {
  title: string;
  all: string;
  total: number;
  empty: string;
  /** In a few words below the title. */
  more?: string | null;
  children: ReactNode;
}

function HealthCard({ title, all, total, empty, more, children }: HealthCardProps) {
  return (
    <Card>
      <CardHeader
        title={title}
        note={more}
        actions={
          <Link href={all} className="text-accent text-sm underline-offset-4 hover:underline">
            {total > SHOWN ? `All ${total}` : "Open"}
            <span className="sr-only">: {title}</span>
          </Link>
        }
      />
      {total === 0 ? <p className="px-4 py-3 text-muted">{empty}</p> : <ul className="py-1">{children}</ul>}
    </Card>
  );
}

interface HealthRowProps {
  href: string;
  name: string;
  note: string | null;
  children: ReactNode;
}

function HealthRow({ href, name, note, children }: HealthRowProps) {
  return (
    <li className="relative flex items-start gap-3 px-4 py-1.5 hover:bg-hover">
      <div className="min-w-0 flex-1">
        <Link href={href} title={name} className="block truncate after:absolute after:inset-0">
          {name}
        </Link>
        {note ? (
          <p className="truncate text-muted text-xs" title={note}>
            {note}
          </p>
        ) : null}
      </div>
      <span className="shrink-0 text-sm">{children}</span>
    </li>
  );
}
