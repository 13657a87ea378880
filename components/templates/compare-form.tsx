"use client";

import { useRouter } from "next/navigation";
import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";

interface CompareFormProps {
  path: string;
  versions: { value: string; label: string }[];
  from: string;
  to: string;
}

/** Which two versions are held against each other. */
export function CompareForm({ path, versions, from, to }: CompareFormProps) {
  const router = useRouter();
  const go = (next: { from: string; to: string }) => router.push(`${path}?from=${next.from}&to=${next.to}`);
  const options = versions.map(({ value, label }) => (
    <option key={value} value={value}>
      {label}
    </option>
  ));
  return (
    <div className="grid max-w-xl gap-4 sm:grid-cols-2">
      <Field label="From">
        <Select value={from} onChange={(event) => go({ from: event.target.value, to })}>
          {options}
        </Select>
      </Field>
      <Field label="To">
        <Select value={to} onChange={(event) => go({ from, to: event.target.value })}>
          {options}
        </Select>
      </Field>
    </div>
  );
}
