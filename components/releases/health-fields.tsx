"use client";

import { problemAt } from "../backups/find-problems.ts";
import { TextField } from "../backups/text-field.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { Field, FieldGroup } from "../ui/field.tsx";
import { Radio, RadioGroup } from "../ui/radio-group.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { HEALTH_KINDS, type HealthDraft } from "./health-draft.ts";
import type { ReleaseDraft } from "./release-draft.ts";

interface HealthFieldsProps {
  draft: ReleaseDraft;
  onChange: (next: Partial<ReleaseDraft>) => void;
  /** Messages by the API's field names. */
  fields: Record<string, string>;
}

const KINDS: Record<HealthDraft["kind"], { label: string; hint: string }> = {
  http: { label: "A page", hint: "Asked over HTTP from inside the container." },
  command: { label: "A command", hint: "Run in the container; 0 is well." },
  none: { label: "None", hint: "A task that runs counts as well." },
};

const TIMING = [
  { key: "intervalS", label: "Every", unit: "s" },
  { key: "timeoutS", label: "Time for an answer", unit: "s" },
  { key: "retries", label: "Sick after", unit: "failures" },
  { key: "startPeriodS", label: "Forgiven at the start", unit: "s" },
] as const;

/** How Docker asks each task whether it is well, where that is another way than with the release before. */
export function HealthFields({ draft, onChange, fields }: HealthFieldsProps) {
  const { changesHealth, health } = draft;
  const change = (next: Partial<HealthDraft>) => onChange({ health: { ...health, ...next } });
  const at = (key: string) => problemAt(fields, `stack.healthCheck.${key}`);
  return (
    <div className="grid gap-4">
      <Checkbox
        checked={changesHealth}
        onCheckedChange={(checked) => onChange({ changesHealth: checked === true })}
        label="It needs another health check than the release before"
        hint="A rollout waits until each new task is healthy, and goes back when none becomes so."
      />
      {changesHealth ? (
        <>
          <FieldGroup label="What is asked">
            <RadioGroup
              value={health.kind}
              onValueChange={(kind) => change({ kind: HEALTH_KINDS.find((one) => one === kind) ?? "none" })}
            >
              {HEALTH_KINDS.map((kind) => (
                <Radio key={kind} value={kind} {...KINDS[kind]} />
              ))}
            </RadioGroup>
          </FieldGroup>
          {health.kind === "http" ? (
            <div className="grid gap-4 sm:grid-cols-2">
              <TextField
                label="Path"
                value={health.path}
                onChange={(path) => change({ path })}
                mono
                placeholder="/healthz"
                error={at("path")}
              />
              <TextField
                label="Port in the container"
                value={health.port}
                onChange={(port) => change({ port })}
                inputMode="numeric"
                error={at("port")}
              />
            </div>
          ) : null}
          {health.kind === "command" ? (
            <Field label="Command" why="The program, then each thing it is given, one a line." error={at("argv")}>
              <Textarea
                rows={3}
                value={health.command}
                onChange={({ target }) => change({ command: target.value })}
                spellCheck={false}
                className="font-mono text-sm"
              />
            </Field>
          ) : null}
          {health.kind === "none" ? null : (
            <div className="grid grid-cols-2 gap-4 sm:grid-cols-4">
              {TIMING.map(({ key, label, unit }) => (
                <TextField
                  key={key}
                  label={label}
                  value={health[key]}
                  onChange={(value) => change({ [key]: value })}
                  inputMode="numeric"
                  unit={unit}
                  error={at(key)}
                />
              ))}
            </div>
          )}
        </>
      ) : null}
    </div>
  );
}
