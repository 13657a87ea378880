"use client";

import { Popover as Radix } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "./cn.ts";

export const Popover = Radix.Root;
export const PopoverTrigger = Radix.Trigger;

export function PopoverContent({ className, sideOffset = 4, ...props }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Content
        sideOffset={sideOffset}
        collisionPadding={8}
        align="start"
        {...props}
        className={cn(
          "z-50 max-w-[calc(100vw-16px)] animate-fade rounded-lg border border-line bg-raised p-3 shadow-lg focus:outline-none",
          className,
        )}
      />
    </Radix.Portal>
  );
}
