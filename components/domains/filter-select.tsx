"use client";

import { useFilter } from "../lists/filter-tabs.tsx";
import { Select } from "../ui/select.tsx";

interface FilterSelectProps {
  /** Part of the address it is kept in. */
  param: string;
  label: string;
  /** What "no filter" is called. */
  all: string;
  options: readonly string[];
}

/** A filter with more choices than fit side by side. */
export function FilterSelect({ param, label, all, options }: FilterSelectProps) {
  const [value, setValue] = useFilter(param);
  return (
    <Select aria-label={label} value={value} onChange={(event) => setValue(event.target.value)} className="w-auto">
      <option value="">{all}</option>
      {options.map((option) => (
        <option key={option} value={option}>
          {option}
        </option>
      ))}
    </Select>
  );
}
