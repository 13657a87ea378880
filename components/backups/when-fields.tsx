"use client";

import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { TextField } from "./text-field.tsx";
import { changePreset, WEEKDAYS, type WhenDraft } from "./when-draft.ts";

interface WhenFieldsProps {
  label: string;
  why: string;
  when: WhenDraft;
  onChange: (when: WhenDraft) => void;
  /** The word for no schedule. */
  never: string;
  error?: string | undefined;
}

/** A schedule: the common ones by name, any other as cron. */
export function WhenFields({ label, why, when, onChange, never, error }: WhenFieldsProps) {
  const { preset } = when;
  const set = (fields: Partial<WhenDraft>) => onChange({ ...when, ...fields });
  // What is wrong is said at the field that has to be changed.
  const inTime = preset === "daily" || preset === "weekly";
  return (
    // Several may stand on one page, each with its day and time.
    <fieldset aria-label={label} className="grid min-w-0 gap-4 sm:grid-cols-2">
      <Field label={label} why={why} error={preset === "never" ? error : undefined} className="content-start">
        <Select
          value={preset}
          onChange={({ target }) => onChange(changePreset(when, target.value as WhenDraft["preset"]))}
        >
          <option value="hourly">Every hour</option>
          <option value="daily">Every day at…</option>
          <option value="weekly">Every week on…</option>
          <option value="custom">Custom (cron)</option>
          <option value="never">{never}</option>
        </Select>
      </Field>
      <div className="flex gap-3">
        {preset === "hourly" ? (
          <TextField
            label="Minute of the hour"
            why="0 is on the hour."
            value={when.minute}
            onChange={(minute) => set({ minute })}
            inputMode="numeric"
            error={error}
          />
        ) : null}
        {preset === "weekly" ? (
          <Field label="Day" why="In the time zone below." className="content-start">
            <Select value={when.weekday} onChange={({ target }) => set({ weekday: target.value })}>
              {WEEKDAYS.map((day, number) => (
                <option key={day} value={number}>
                  {day}
                </option>
              ))}
            </Select>
          </Field>
        ) : null}
        {inTime ? (
          <Field label="Time" why="By the clocks there." error={error} className="content-start">
            <Input type="time" value={when.time} onChange={({ target }) => set({ time: target.value })} />
          </Field>
        ) : null}
        {preset === "custom" ? (
          <TextField
            label="Cron"
            why="Minute, hour, day of month, month, day of week."
            value={when.cron}
            onChange={(cron) => set({ cron })}
            placeholder="30 2 * * 1-5"
            mono
            error={error}
            fieldClassName="flex-1"
          />
        ) : null}
      </div>
    </fieldset>
  );
}
