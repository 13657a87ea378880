import Link from "next/link";
import type { ZoneView } from "#lib/dns/types.ts";
import { formatCount } from "#lib/platform/format.ts";
import { StateBadge } from "../ui/state-badge.tsx";
import { stateOfRecord } from "./record-words.ts";

const SHOWN = ["error", "drift", "pending", "removing", "in_sync"] as const;

/** How many records are how, each a way to them; those that are well come last. */
export function ZoneCounts({ zone }: { zone: Pick<ZoneView, "name" | "counts"> }) {
  const shown = SHOWN.filter((state) => zone.counts[state] > 0);
  if (shown.length === 0) return <p className="text-muted">no records of the panel</p>;
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1">
      {shown.map((state) => {
        const { word, alert, ...look } = stateOfRecord(state);
        return (
          <li key={state}>
            <Link
              href={`/domains?zone=${encodeURIComponent(zone.name)}&state=${state}`}
              className="relative underline-offset-4 hover:underline"
            >
              <StateBadge
                plain
                {...look}
                alert={alert ?? false}
                word={`${formatCount(zone.counts[state])} ${word.toLowerCase()}`}
              />
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
