"use client";

import type { RecordPlace } from "#lib/dns/types.ts";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { joinName } from "./join-name.ts";

interface NameFieldProps {
  places: RecordPlace[];
  suffix: string;
  label: string;
  onChange: (change: { suffix?: string; label?: string }) => void;
  error: string | undefined;
  warning: string | undefined;
}

const GROUPS = [
  { kind: "personal", label: "Yours" },
  { kind: "service", label: "Services" },
  { kind: "zone", label: "Whole zones" },
] as const;

/** The record's name: what is free in front, and where it ends. */
export function NameField({ places, suffix, label, onChange, error, warning }: NameFieldProps) {
  const name = joinName(label, suffix);
  return (
    <div>
      <div className="grid items-start gap-2 sm:grid-cols-2">
        <Field label="Name" error={error} warning={error ? undefined : warning}>
          <Input
            value={label}
            onChange={(event) => onChange({ label: event.target.value })}
            placeholder="blog"
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            className="font-mono text-sm"
          />
        </Field>
        <Field label="Under">
          {places.length === 1 ? (
            <p className="flex h-8 items-center break-all font-mono text-sm">.{suffix}</p>
          ) : (
            <Select
              value={suffix}
              onChange={(event) => onChange({ suffix: event.target.value })}
              className="font-mono text-sm"
            >
              {GROUPS.map((group) => {
                const own = places.filter((place) => place.kind === group.kind);
                return own.length === 0 ? null : (
                  <optgroup key={group.kind} label={group.label}>
                    {own.map((place) => (
                      <option key={place.suffix} value={place.suffix}>
                        .{place.suffix}
                      </option>
                    ))}
                  </optgroup>
                );
              })}
            </Select>
          )}
        </Field>
      </div>
      <p className="pt-1.5 text-muted text-sm">
        Whole name: <code className="break-all text-ink">{name}</code>
      </p>
    </div>
  );
}
