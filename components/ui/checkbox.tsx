"use client";

import { Check, Minus } from "lucide-react";
import { Checkbox as Radix } from "radix-ui";
import { type ComponentProps, type ReactNode, useId } from "react";
import { cn } from "./cn.ts";
import { useFieldControl } from "./field.tsx";

interface CheckboxProps extends ComponentProps<typeof Radix.Root> {
  /** Words beside the box; without them, give `aria-label`. */
  label?: ReactNode;
  hint?: ReactNode;
}

export function Checkbox({ className, label, hint, id, ...props }: CheckboxProps) {
  const field = useFieldControl();
  const own = useId();
  const boxId = id ?? (label ? own : (field.id ?? own));
  const box = (
    <Radix.Root
      {...field}
      {...props}
      id={boxId}
      aria-describedby={hint ? `${boxId}-hint` : field["aria-describedby"]}
      className={cn(
        "grid size-4 shrink-0 place-items-center rounded-sm border border-control bg-surface text-on-accent disabled:opacity-55 data-[state=checked]:border-accent data-[state=indeterminate]:border-accent data-[state=checked]:bg-accent data-[state=indeterminate]:bg-accent pointer-coarse:size-5",
        className,
      )}
    >
      <Radix.Indicator className="group">
        <Check aria-hidden className="size-3.5 group-data-[state=indeterminate]:hidden" />
        <Minus aria-hidden className="hidden size-3.5 group-data-[state=indeterminate]:block" />
      </Radix.Indicator>
    </Radix.Root>
  );
  if (!label) return box;
  return (
    <div className="flex items-start gap-2 py-0.5">
      <span className="pt-0.5">{box}</span>
      <div className="grid">
        <label htmlFor={boxId}>{label}</label>
        {hint ? (
          <span id={`${boxId}-hint`} className="text-muted text-sm">
            {hint}
          </span>
        ) : null}
      </div>
    </div>
  );
}
