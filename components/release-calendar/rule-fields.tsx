"use client";

import { Section } from "../backups/section.tsx";
import { TextField } from "../backups/text-field.tsx";
import { TimeZoneField } from "../backups/time-zone-field.tsx";
import { Field, FieldGroup } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Radio, RadioGroup } from "../ui/radio-group.tsx";
import { Select } from "../ui/select.tsx";
import { type RuleDraft, UNITS, type Unit } from "./rule-draft.ts";
import { EnvironmentField, ServiceField } from "./where-fields.tsx";

interface RuleFieldsProps {
  draft: RuleDraft;
  change: (next: Partial<RuleDraft>) => void;
  /** What is wrong at a path of the body, once somebody was in one of these fields. */
  problem: (path: string, ...keys: (keyof RuleDraft)[]) => string | undefined;
}

/** What a freeze or a window is, where, and when. */
export function RuleFields(props: RuleFieldsProps) {
  const { draft, change, problem } = props;
  return (
    <div className="grid grid-cols-1 gap-4">
      <Section title="What">
        <FieldGroup label="What kind?">
          <RadioGroup
            aria-label="What kind?"
            value={draft.effect}
            onValueChange={(effect) => change({ effect: effect === "allow" ? "allow" : "deny" })}
          >
            <Radio value="deny" label="Freeze" hint="Nothing starts while it holds" />
            <Radio value="allow" label="Window" hint="Things start only while it holds" />
          </RadioGroup>
        </FieldGroup>
        <TextField
          label="Why"
          why="Whoever has to wait reads this."
          value={draft.reason}
          onChange={(reason) => change({ reason })}
          maxLength={300}
          placeholder={draft.effect === "deny" ? "Elections: nothing changes until they are counted" : "Office hours"}
          error={problem("reason", "reason")}
        />
      </Section>
      <Section title="Where">
        <div className="grid gap-4 sm:grid-cols-2">
          <ServiceField
            value={draft.serviceName}
            onChange={(serviceName) => change({ serviceName })}
            error={problem("serviceName", "serviceName")}
          />
          <EnvironmentField
            value={draft.environment}
            onChange={(environment) => change({ environment })}
            all="every environment"
            error={problem("environment", "environment")}
          />
        </div>
      </Section>
      <Section title="When">
        <FieldGroup label="How often?">
          <RadioGroup
            aria-label="How often?"
            value={draft.repeat}
            onValueChange={(repeat) => change({ repeat: repeat as RuleDraft["repeat"] })}
          >
            <Radio value="once" label="Once" hint="From a moment to a moment" />
            <Radio value="weekly" label="Every week" hint="On some days, by the clock" />
            <Radio value="cron" label="By a cron" hint="The first of a month, and so on" />
          </RadioGroup>
        </FieldGroup>
        {draft.repeat === "once" ? <OnceFields {...props} /> : <RepeatedFields {...props} />}
        <TimeZoneField
          why="Its clocks are meant, in summer and in winter."
          value={draft.timeZone}
          onChange={(timeZone) => change({ timeZone })}
          error={problem("time.timeZone", "timeZone")}
        />
      </Section>
    </div>
  );
}

function OnceFields({ draft, change, problem }: RuleFieldsProps) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="From" error={problem("time.from", "from") && "Give a day and a time."}>
        <Input type="datetime-local" value={draft.from} onChange={({ target }) => change({ from: target.value })} />
      </Field>
      <Field
        label="Until"
        error={
          draft.until === ""
            ? problem("time.until", "until") && "Give a day and a time."
            : problem("time.until", "from", "until")
        }
      >
        <Input type="datetime-local" value={draft.until} onChange={({ target }) => change({ until: target.value })} />
      </Field>
    </div>
  );
}

const DAYS = [
  [1, "Mon", "Monday"],
  [2, "Tue", "Tuesday"],
  [3, "Wed", "Wednesday"],
  [4, "Thu", "Thursday"],
  [5, "Fri", "Friday"],
  [6, "Sat", "Saturday"],
  [0, "Sun", "Sunday"],
] as const;

function RepeatedFields({ draft, change, problem }: RuleFieldsProps) {
  const toggle = (day: number) =>
    change({ days: draft.days.includes(day) ? draft.days.filter((one) => one !== day) : [...draft.days, day] });
  return (
    <>
      {draft.repeat === "weekly" ? (
        <FieldGroup
          label="Begins on"
          error={draft.days.length === 0 ? problem("time.cron", "days") && "Choose a day at least." : undefined}
        >
          <div className="flex flex-wrap gap-1.5">
            {DAYS.map(([day, short, long]) => (
              <button
                key={day}
                type="button"
                aria-label={long}
                aria-pressed={draft.days.includes(day)}
                onClick={() => toggle(day)}
                className="h-8 min-w-12 rounded-md border border-control bg-surface px-2 text-muted text-sm hover:bg-hover aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent pointer-coarse:h-10"
              >
                {short}
              </button>
            ))}
          </div>
        </FieldGroup>
      ) : null}
      <div className="grid gap-4 sm:grid-cols-2">
        {draft.repeat === "weekly" ? (
          <Field
            label="At"
            why="By the clocks of the time zone below."
            error={draft.time === "" ? problem("time.cron", "time") && "Give a time." : undefined}
          >
            <Input type="time" value={draft.time} onChange={({ target }) => change({ time: target.value })} />
          </Field>
        ) : (
          <TextField
            label="Begins at"
            why="Minute, hour, day of month, month, day of week."
            mono
            value={draft.cron}
            onChange={(cron) => change({ cron })}
            placeholder="0 16 * * 5"
            error={problem("time.cron", "cron")}
          />
        )}
        <Field
          label="For"
          why="As long as this, from each beginning."
          error={problem("time.minutes", "length", "unit")}
        >
          <LengthInput draft={draft} change={change} />
        </Field>
      </div>
    </>
  );
}

function LengthInput({ draft, change }: Pick<RuleFieldsProps, "draft" | "change">) {
  return (
    <span className="flex gap-2">
      <Input
        inputMode="numeric"
        autoComplete="off"
        value={draft.length}
        onChange={({ target }) => change({ length: target.value })}
        className="max-w-24"
      />
      <Select
        id="rule-length-unit"
        aria-label="Minutes, hours or days"
        value={draft.unit}
        onChange={({ target }) => change({ unit: target.value as Unit })}
        className="w-auto"
      >
        {Object.keys(UNITS).map((unit) => (
          <option key={unit} value={unit}>
            {unit}
          </option>
        ))}
      </Select>
    </span>
  );
}
