"use client";

import { Command } from "cmdk";
import { Check, ChevronsUpDown } from "lucide-react";
import { useState } from "react";
import { cn } from "./cn.ts";
import { useFieldControl } from "./field.tsx";
import { controlStyle } from "./input.tsx";
import { Popover, PopoverContent, PopoverTrigger } from "./popover.tsx";

interface ComboboxOption {
  value: string;
  label: string;
  hint?: string;
}

interface ComboboxProps {
  options: ComboboxOption[];
  /** One value, or several with `multiple`. */
  values: string[];
  onChange: (values: string[]) => void;
  multiple?: boolean;
  placeholder?: string;
  /** When the search finds nothing. */
  empty?: string;
  /** There may be more than are given: what is typed is searched for elsewhere, and the options are what was found. */
  onSearch?: (text: string) => void;
  disabled?: boolean;
}

/** A select with search, for long lists of people or services. */
export function Combobox({
  options,
  values,
  onChange,
  multiple,
  placeholder = "Choose",
  empty,
  onSearch,
  disabled,
}: ComboboxProps) {
  const field = useFieldControl();
  const [open, setOpen] = useState(false);
  const chosen = options.filter((option) => values.includes(option.value));

  function changeOpen(next: boolean) {
    setOpen(next);
    if (!next) onSearch?.("");
  }
  function pick(value: string) {
    if (!multiple) {
      onChange([value]);
      changeOpen(false);
      return;
    }
    onChange(values.includes(value) ? values.filter((each) => each !== value) : [...values, value]);
  }

  return (
    <Popover open={open} onOpenChange={changeOpen}>
      <PopoverTrigger asChild>
        <button
          type="button"
          {...field}
          role="combobox"
          aria-expanded={open}
          disabled={disabled}
          className={cn(controlStyle, "flex h-8 items-center gap-2 text-left pointer-coarse:h-10")}
        >
          <span className={cn("min-w-0 flex-1 truncate", chosen.length === 0 && "text-muted")}>
            {chosen.length > 0 ? chosen.map((option) => option.label).join(", ") : placeholder}
          </span>
          <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-muted" />
        </button>
      </PopoverTrigger>
      <PopoverContent className="w-(--radix-popover-trigger-width) min-w-56 p-0">
        <Command shouldFilter={!onSearch}>
          <Command.Input
            placeholder="Search"
            {...(onSearch ? { onValueChange: onSearch } : {})}
            className="w-full border-line border-b bg-transparent px-3 py-2 outline-none placeholder:text-muted"
          />
          <Command.List className="max-h-64 overflow-y-auto p-1">
            <Command.Empty className="px-2 py-3 text-muted">{empty ?? "Nothing of that name."}</Command.Empty>
            {options.map((option) => (
              <Command.Item
                key={option.value}
                value={`${option.label} ${option.value}`}
                onSelect={() => pick(option.value)}
                className="flex cursor-pointer items-center gap-2 rounded-md px-2 py-1.5 data-[selected=true]:bg-hover"
              >
                <Check aria-hidden className={cn("size-4 shrink-0", !values.includes(option.value) && "invisible")} />
                <span className="min-w-0 flex-1 truncate">{option.label}</span>
                {option.hint ? <span className="truncate text-muted text-sm">{option.hint}</span> : null}
              </Command.Item>
            ))}
          </Command.List>
        </Command>
      </PopoverContent>
    </Popover>
  );
}
