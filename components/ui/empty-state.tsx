import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";

interface EmptyStateProps {
  icon?: LucideIcon;
  title: string;
  /** What the thing is, in a sentence. */
  children?: ReactNode;
  /** The first thing to do. */
  action?: ReactNode;
  className?: string;
}

export function EmptyState({ icon: Icon, title, children, action, className }: EmptyStateProps) {
  return (
    <div className={cn("flex flex-col items-center gap-2 px-6 py-12 text-center", className)}>
      {Icon ? <Icon aria-hidden className="size-6 text-muted" strokeWidth={1.5} /> : null}
      <h2 className="font-semibold">{title}</h2>
      {children ? <p className="max-w-md text-pretty text-muted">{children}</p> : null}
      {action ? <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  );
}
