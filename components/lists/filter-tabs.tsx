"use client";

import { parseAsString, useQueryState } from "nuqs";
import { cn } from "../ui/cn.ts";
import { keepKnown } from "./keep-known.ts";

interface FilterTabsProps {
  /** Part of the address it is kept in. */
  param: string;
  label: string;
  /** The first, with an empty value, shows all. */
  options: readonly { value: string; label: string; count?: number | undefined }[];
}

/** `values`: those that it knows; what else the address says counts as not said, as it does where the page is drawn first. */
export function useFilter<T extends string = string>(
  param: string,
  values?: readonly T[],
): [T | "", (value: string) => void] {
  const [value, setValue] = useQueryState(param, parseAsString.withDefault(""));
  return [values ? keepKnown(value, values) : (value as T), (next) => void setValue(next || null)];
}

/** A few exclusive filters side by side. */
export function FilterTabs({ param, label, options }: FilterTabsProps) {
  const [value, setValue] = useFilter(
    param,
    options.map((option) => option.value),
  );
  return (
    <fieldset className="min-w-0 max-w-full overflow-x-auto rounded-md border border-line bg-surface p-0.5 [scrollbar-width:none]">
      <legend className="sr-only">{label}</legend>
      <div className="flex">
        {options.map((option) => (
          <button
            key={option.value}
            type="button"
            aria-pressed={value === option.value}
            onClick={() => setValue(option.value)}
            className={cn(
              "flex h-6.5 items-center gap-1.5 whitespace-nowrap rounded-sm px-2.5 text-muted text-sm focus-visible:-outline-offset-2 hover:text-ink pointer-coarse:h-9",
              value === option.value && "bg-accent-soft font-medium text-accent hover:text-accent",
            )}
          >
            {option.label}
            {option.count === undefined ? null : <span className="text-xs tabular-nums">{option.count}</span>}
          </button>
        ))}
      </div>
    </fieldset>
  );
}
