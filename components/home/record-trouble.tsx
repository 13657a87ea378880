import Link from "next/link";
import type { HomeView } from "#lib/services/types.ts";
import { Card } from "../ui/card.tsx";
import { StateBadge } from "../ui/state-badge.tsx";

const count = (n: number, one: string, many: string) => (n === 1 ? `1 ${one}` : `${n} ${many}`);
const linkStyle = "underline-offset-4 hover:underline";

/** Names that do not answer as they should, across the band; nothing while all do. */
export function RecordTrouble({ records }: { records: HomeView["health"]["records"] }) {
  const { refused, drifted, heldZones } = records;
  if (refused + drifted + heldZones.length === 0) return null;
  return (
    <Card className="flex flex-wrap items-center gap-x-6 gap-y-1 px-4 py-2.5 lg:col-span-3">
      <h3 className="font-semibold">Domains</h3>
      {heldZones.map((zone) => (
        <Link key={zone.id} href={`/domains/zones/${zone.id}`} className={linkStyle}>
          <StateBadge plain state="person" word={`${zone.name} is held: review its changes`} />
        </Link>
      ))}
      {refused > 0 ? (
        <Link href="/domains?state=error" className={linkStyle}>
          <StateBadge plain state="failed" word={count(refused, "record refused", "records refused")} />
        </Link>
      ) : null}
      {drifted > 0 ? (
        <Link href="/domains?state=drift" className={linkStyle}>
          <StateBadge
            plain
            alert
            state="person"
            word={count(drifted, "record changed elsewhere", "records changed elsewhere")}
          />
        </Link>
      ) : null}
    </Card>
  );
}
