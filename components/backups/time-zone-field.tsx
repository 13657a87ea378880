"use client";

import { useMemo } from "react";
import { Combobox } from "../ui/combobox.tsx";
import { Field } from "../ui/field.tsx";
import { useHydrated } from "../ui/use-now.ts";

interface TimeZoneFieldProps {
  value: string;
  onChange: (zone: string) => void;
  error?: string | undefined;
}

/** The reader's own zone, which only their browser knows. */
export const ownTimeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** All time zones the browser knows, the reader's own in front. */
export function TimeZoneField({ value, onChange, error }: TimeZoneFieldProps) {
  const isHere = useHydrated();
  const options = useMemo(() => {
    const own = isHere ? ownTimeZone() : undefined;
    const all = isHere ? Intl.supportedValuesOf("timeZone") : [];
    const zones = new Set([...(own ? [own] : []), "UTC", value, ...all]);
    return [...zones].map((zone) => ({ value: zone, label: zone, ...(zone === own ? { hint: "yours" } : {}) }));
  }, [isHere, value]);
  return (
    <Field
      label="Time zone"
      why="Days, weeks and months of the retention are counted in it too."
      error={error}
      className="content-start"
    >
      <Combobox options={options} values={[value]} onChange={([zone]) => zone && onChange(zone)} />
    </Field>
  );
}
