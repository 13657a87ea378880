"use client";

import type { ComponentProps } from "react";
import { cn } from "./cn.ts";
import { useFieldControl } from "./field.tsx";

export const controlStyle =
  "w-full min-w-0 rounded-md border border-control bg-surface px-2.5 text-base text-ink placeholder:text-muted/80 hover:border-muted focus-visible:border-accent focus-visible:outline-2 focus-visible:outline-accent focus-visible:outline-offset-0 disabled:cursor-not-allowed disabled:bg-sunken disabled:text-muted aria-invalid:border-failed aria-invalid:outline-failed";

export function Input({ className, ...props }: ComponentProps<"input">) {
  const field = useFieldControl();
  return <input type="text" {...field} {...props} className={cn(controlStyle, "h-8 pointer-coarse:h-10", className)} />;
}
