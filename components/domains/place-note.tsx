import type { RecordPlace } from "#lib/dns/types.ts";

const STAYS = {
  service: "Stays as long as its service.",
  zone: "Stays until somebody removes it.",
};

/** How many records a place has room for, and how long they stay. */
export function PlaceNote({ place, lifetimeDays }: { place: RecordPlace; lifetimeDays: number }) {
  const { used, limit, kind } = place;
  return (
    <span className="tabular-nums">
      {limit === null ? null : `${used} of ${limit} used. `}
      {kind === "personal" ? `Ends after ${lifetimeDays} days unless you renew it.` : STAYS[kind]}
    </span>
  );
}
