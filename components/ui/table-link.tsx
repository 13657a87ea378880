import Link from "next/link";
import type { ComponentProps } from "react";
import { cn } from "./cn.ts";

/** The row's link: its target is the whole row. Other links and buttons in the row need `relative` to stay above it. */
export function TableLink({ className, ...props }: ComponentProps<typeof Link>) {
  return (
    <Link
      {...props}
      data-row-link=""
      className={cn(
        "font-medium text-ink after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent focus-visible:after:-outline-offset-2",
        className,
      )}
    />
  );
}
