import type { ReactNode } from "react";
import { cn } from "./cn.ts";

/** The page's width and margins: 1,280 px unless it is a log or a wide table. */
export function Page({ wide, className, children }: { wide?: boolean; className?: string; children: ReactNode }) {
  return <div className={cn("mx-auto w-full px-4 py-5 sm:px-6", !wide && "max-w-7xl", className)}>{children}</div>;
}
