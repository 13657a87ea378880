import Link from "next/link";
import type { ReactNode } from "react";
import { formatDuration } from "#lib/platform/format.ts";
import type { HomeView } from "#lib/services/types.ts";
import { DaysLeft } from "../domains/days-left.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { RecordTrouble } from "./record-trouble.tsx";

const SHOWN = 6;

/** Band three: what is true now: replicas, restorability, certificates. */
export function HealthBand({ health }: { health: HomeView["health"] }) {
  const certificates = [...health.certificates].sort((a, b) => a.daysLeft - b.daysLeft);
  const restorable = [...health.restorable].sort((a, b) => (a.asOf ?? "").localeCompare(b.asOf ?? ""));
  return (
    <div className="grid grid-cols-1 gap-4 lg:grid-cols-3">
      <RecordTrouble records={health.records} />
      <HealthCard title="Services" all="/services" total={health.failing.length} empty={summarize(health.services)}>
        {health.failing.slice(0, SHOWN).map((one) => (
          <HealthRow key={one.service} href={`/services/${one.service}`} name={one.service} note={one.reason}>
            <StateBadge plain state="failed" word={`${one.running}/${one.desired}`} />
          </HealthRow>
        ))}
      </HealthCard>
      <HealthCard
        title="Provably restorable as of"
        all="/backups"
        total={restorable.length}
        empty="No service has a database to back up yet."
      >
        {restorable.slice(0, SHOWN).map((one) => (
          <HealthRow
            key={one.service}
            href={`/services/${one.service}/backups`}
            name={one.service}
            note={one.restoreMs === null ? null : `restored in ${formatDuration(one.restoreMs)}`}
          >
            {one.asOf ? <RelativeTime at={one.asOf} /> : <StateBadge plain alert state="person" word="Never proven" />}
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
  children: ReactNode;
}

function HealthCard({ title, all, total, empty, children }: HealthCardProps) {
  return (
    <Card>
      <CardHeader
        title={title}
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
