"use client";

import { Switch as Radix } from "radix-ui";
import { type ComponentProps, type ReactNode, useId } from "react";
import { cn } from "./cn.ts";
import { useFieldControl } from "./field.tsx";

interface SwitchProps extends ComponentProps<typeof Radix.Root> {
  label?: ReactNode;
}

/** For what takes effect at once; in a form that is sent later, use a checkbox. */
export function Switch({ className, label, id, ...props }: SwitchProps) {
  const field = useFieldControl();
  const own = useId();
  const switchId = id ?? (label ? own : (field.id ?? own));
  const control = (
    <Radix.Root
      {...field}
      {...props}
      id={switchId}
      className={cn(
        "inline-flex h-4.5 w-8 shrink-0 items-center rounded-full border border-control bg-sunken p-0.5 transition-colors data-[state=checked]:border-accent data-[state=checked]:bg-accent disabled:opacity-55",
        className,
      )}
    >
      <Radix.Thumb className="block size-3 rounded-full bg-muted transition-transform data-[state=checked]:translate-x-3.5 data-[state=checked]:bg-on-accent" />
    </Radix.Root>
  );
  if (!label) return control;
  return (
    <span className="inline-flex items-center gap-2">
      {control}
      <label htmlFor={switchId} className="text-sm">
        {label}
      </label>
    </span>
  );
}
