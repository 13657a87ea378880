"use client";

import { useMemo } from "react";
import { Combobox } from "../ui/combobox.tsx";
import { Field } from "../ui/field.tsx";
import { useHydrated } from "../ui/use-now.ts";

interface TimeZoneFieldProps {
  value: string;
  onChange: (zone: string) => void;
  error?: string | undefined;
  why?: string;
}

const OF_BACKUPS = "Days, weeks and months of the retention are counted in it too.";

/** The reader's own zone, which only their browser knows. */
export const ownTimeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** All time zones the browser knows, the reader's own in front. */
export function TimeZoneField({ value, onChange, error, why = OF_BACKUPS }: TimeZoneFieldProps) {
  const isHere = useHydrated();
  const options = useMemo(() => {
    const own = isHere ? ownTimeZone() : undefined;
    const all = isHere ? Intl.supportedValuesOf("timeZone") : [];
    const zones = new Set([...(own ? [own] : []), "UTC", value, ...all]);
    return [...zones].map((zone) => ({ value: zone, label: zone, ...(zone === own ? { hint: "yours" } : {}) }));
  }, [isHere, value]);
  return (
    <Field label="Time zone" why={why} error={error} className="content-start">
      <Combobox options={options} values={[value]} onChange={([zone]) => zone && onChange(zone)} />
    </Field>
  );
}
