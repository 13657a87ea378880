"use client";

import { Dialog as Radix } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "./cn.ts";

export const Sheet = Radix.Root;
export const SheetTrigger = Radix.Trigger;

interface SheetContentProps extends ComponentProps<typeof Radix.Content> {
  /** Read out, not shown. */
  label: string;
  side?: "left" | "right";
}

/** A panel from the side, over the page. */
export function SheetContent({ label, side = "left", className, children, ...props }: SheetContentProps) {
  return (
    <Radix.Portal>
      <Radix.Overlay className="fixed inset-0 z-50 animate-fade bg-scrim" />
      <Radix.Content
        aria-describedby={undefined}
        {...props}
        className={cn(
          "fixed inset-y-0 z-50 flex w-72 max-w-[85vw] flex-col border-line bg-raised shadow-2xl focus:outline-none",
          side === "left" ? "left-0 animate-slide border-r" : "right-0 animate-fade border-l",
          className,
        )}
      >
        <Radix.Title className="sr-only">{label}</Radix.Title>
        {children}
      </Radix.Content>
    </Radix.Portal>
  );
}
