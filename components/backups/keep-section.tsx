"use client";

import type { Retention } from "#lib/backups/schema/retention.ts";
import type { SectionProps } from "./policy-sections.ts";
import { Section } from "./section.tsx";
import { TextField } from "./text-field.tsx";

const KINDS: readonly { kind: keyof Retention; label: string; unit: string }[] = [
  { kind: "last", label: "The last", unit: "backups" },
  { kind: "hourly", label: "One of each hour", unit: "hours" },
  { kind: "daily", label: "One of each day", unit: "days" },
  { kind: "weekly", label: "One of each week", unit: "weeks" },
  { kind: "monthly", label: "One of each month", unit: "months" },
  { kind: "yearly", label: "One of each year", unit: "years" },
];

/** Grandfather, father, son: how many of each kind are kept. */
export function KeepSection({ draft, change, problem }: SectionProps) {
  return (
    <Section
      title="How long it is kept"
      note="A backup stays while any of these wants it. The last one proven restorable and pinned ones always stay."
    >
      <div className="grid grid-cols-2 gap-4 sm:grid-cols-3">
        {KINDS.map(({ kind, label, unit }) => (
          <TextField
            key={kind}
            label={label}
            unit={unit}
            value={draft.keep[kind]}
            onChange={(text) => change({ keep: { ...draft.keep, [kind]: text } })}
            inputMode="numeric"
            error={problem(`retention.${kind}`)}
          />
        ))}
      </div>
    </Section>
  );
}
