"use client";

import type { ComponentProps } from "react";
import { cn } from "./cn.ts";
import { useFieldControl } from "./field.tsx";
import { controlStyle } from "./input.tsx";

export function Textarea({ className, ...props }: ComponentProps<"textarea">) {
  const field = useFieldControl();
  return (
    <textarea
      rows={3}
      {...field}
      {...props}
      className={cn(controlStyle, "field-sizing-content min-h-16 resize-y py-1.5", className)}
    />
  );
}
