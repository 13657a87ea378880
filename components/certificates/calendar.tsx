import Link from "next/link";
import type { CertificateCalendar } from "#lib/certificates/types.ts";
import { Card, CardHeader } from "../ui/card.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { nameShortly } from "./certificate-words.ts";

type Entry = CertificateCalendar["overdue"][number];

const monthName = (month: string) =>
  new Date(`${month}-01T00:00:00Z`).toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });

/** In UTC, as the months are. */
const momentOf = (at: string) => `${Number(at.slice(8, 10))} ${monthName(at.slice(0, 7))}, ${at.slice(11, 16)} UTC`;

/** Certificates by the month in which they end: a list for everybody, what is overdue in front. */
export function Calendar({ calendar }: { calendar: CertificateCalendar }) {
  const { overdue, months, isCut } = calendar;
  return (
    <div className="grid grid-cols-1 gap-4 md:grid-cols-2 xl:grid-cols-3">
      {overdue.length > 0 ? (
        <MonthCard title="Expired" note="Browsers refuse these." entries={overdue} isOverdue />
      ) : null}
      {months.map(({ month, certificates }) => (
        <MonthCard
          key={month}
          title={monthName(month)}
          note={certificates.length === 1 ? "1 certificate ends" : `${certificates.length} certificates end`}
          entries={certificates}
        />
      ))}
      {isCut ? <p className="col-span-full text-muted">There are more; the list finds them by name.</p> : null}
    </div>
  );
}

interface MonthCardProps {
  title: string;
  note: string;
  entries: Entry[];
  isOverdue?: boolean;
}

function MonthCard({ title, note, entries, isOverdue = false }: MonthCardProps) {
  return (
    <Card className="self-start overflow-hidden">
      <CardHeader title={title} note={note} />
      <ul className="max-h-[28rem] divide-y divide-line overflow-y-auto">
        {entries.map((entry) => (
          <li key={entry.id} className="relative grid grid-cols-[2.25rem_minmax(0,1fr)] gap-2 px-4 py-2 hover:bg-hover">
            <span aria-hidden className="pt-0.5 text-lg text-muted tabular-nums leading-5">
              {entry.notAfter?.slice(8, 10)}
            </span>
            <div className="min-w-0">
              <Link
                href={`/domains/certificates/${entry.id}`}
                title={entry.names.join("\n")}
                className="block truncate font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent focus-visible:after:-outline-offset-2"
              >
                {nameShortly(entry.names)}
              </Link>
              <p className="truncate text-muted text-xs">
                {entry.service?.name ?? entry.owner?.name ?? "administrators"} ·{" "}
                {entry.notAfter ? momentOf(entry.notAfter) : null}
              </p>
              <Outlook entry={entry} isOverdue={isOverdue} />
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Only what somebody should look at; a renewal that comes by itself needs no word. */
function Outlook({ entry, isOverdue }: { entry: Entry; isOverdue: boolean }) {
  if (entry.renewalError)
    return <StateBadge plain alert state={isOverdue ? "failed" : "person"} word="Renewal failing" />;
  if (!entry.autoRenew) return <StateBadge plain alert state="person" word="Not renewed by itself" />;
  return null;
}
