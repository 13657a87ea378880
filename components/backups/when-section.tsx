"use client";

import type { PolicyPreview } from "#lib/backups/types.ts";
import { formatSpan } from "#lib/platform/format.ts";
import { readWhole } from "./find-problems.ts";
import type { SectionProps } from "./policy-sections.ts";
import { Section } from "./section.tsx";
import { TextField } from "./text-field.tsx";
import { TimeZoneField } from "./time-zone-field.tsx";
import { WhenFields } from "./when-fields.tsx";

const MINUTE_MS = 60_000;

interface WhenSectionProps extends SectionProps {
  preview: PolicyPreview | undefined;
}

const inWords = (minutes: string, words: (span: string) => string) => {
  const number = readWhole(minutes);
  return Number.isNaN(number) ? undefined : words(formatSpan(number * MINUTE_MS));
};

/** When it is taken, and from when on its absence is trouble. */
export function WhenSection({ draft, change, problem, preview }: WhenSectionProps) {
  const hasSchedule = draft.when.preset !== "never";
  return (
    <Section title="When" note={hasSchedule ? preview?.words : "Only when somebody presses Back up now."}>
      <WhenFields
        label="Taken"
        why="What was written after the last one is what could be lost."
        when={draft.when}
        onChange={(when) => change({ when })}
        never="Never by itself"
        error={problem("cron")}
      />
      <div className="grid gap-4 sm:grid-cols-3">
        <TimeZoneField
          value={draft.timeZone}
          onChange={(timeZone) => change({ timeZone })}
          error={problem("timeZone")}
        />
        {hasSchedule ? (
          <>
            <TextField
              label="Starts up to"
              why="Always by the same amount, so that not everything starts at once."
              value={draft.jitterMinutes}
              onChange={(jitterMinutes) => change({ jitterMinutes })}
              inputMode="numeric"
              unit="minutes later"
              error={problem("jitterMinutes")}
            />
            <TextField
              label="Overdue after"
              why={
                inWords(draft.graceMinutes, (span) => `People are told when nothing good is there ${span} later.`) ??
                "People are told from then on."
              }
              value={draft.graceMinutes}
              onChange={(graceMinutes) => change({ graceMinutes })}
              inputMode="numeric"
              unit="minutes"
              error={problem("graceMinutes")}
            />
          </>
        ) : null}
      </div>
    </Section>
  );
}
