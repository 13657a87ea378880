"use client";

import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";
import { cn } from "./cn.ts";
import { useFieldControl } from "./field.tsx";
import { controlStyle } from "./input.tsx";

/** The browser's own select, because phones and screen readers know it best. Give it `<option>`s. */
export function Select({ className, children, ...props }: ComponentProps<"select">) {
  const field = useFieldControl();
  return (
    <div className={cn("relative", className)}>
      <select
        {...field}
        {...props}
        className={cn(controlStyle, "h-8 appearance-none pr-8 pointer-coarse:h-10 [&>option]:bg-raised")}
      >
        {children}
      </select>
      <ChevronDown aria-hidden className="pointer-events-none absolute inset-y-0 right-2 my-auto size-4 text-muted" />
    </div>
  );
}
