"use client";

import { RadioGroup as Radix } from "radix-ui";
import { type ComponentProps, type ReactNode, useId } from "react";
import { cn } from "./cn.ts";

/** Radios for one question. Name it with a FieldGroup's legend, or `aria-label`. */
export function RadioGroup({ className, ...props }: ComponentProps<typeof Radix.Root>) {
  return <Radix.Root {...props} className={cn("flex flex-wrap gap-2", className)} />;
}

interface RadioProps extends Omit<ComponentProps<typeof Radix.Item>, "children"> {
  label: ReactNode;
  hint?: ReactNode;
}

/** One answer, as a card the whole of which can be pressed. */
export function Radio({ label, hint, className, ...props }: RadioProps) {
  const id = useId();
  return (
    <label
      htmlFor={id}
      className={cn(
        "flex min-w-36 flex-1 items-start gap-2 rounded-md border border-line bg-surface px-3 py-2 hover:bg-hover has-[[data-state=checked]]:border-accent has-[[data-state=checked]]:bg-accent-soft has-[:disabled]:cursor-not-allowed has-[:disabled]:opacity-55",
        className,
      )}
    >
      <Radix.Item
        {...props}
        id={id}
        className="mt-0.5 grid size-4 shrink-0 place-items-center rounded-full border border-control bg-surface data-[state=checked]:border-accent"
      >
        <Radix.Indicator className="size-2 rounded-full bg-accent" />
      </Radix.Item>
      <span className="grid">
        <span className="font-medium">{label}</span>
        {hint ? <span className="text-muted text-sm">{hint}</span> : null}
      </span>
    </label>
  );
}
