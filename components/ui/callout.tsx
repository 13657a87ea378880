import { CircleAlert, CircleCheck, CircleX, Info, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";

const LOOK: Record<"info" | "warning" | "failed" | "done", { icon: LucideIcon; box: string; mark: string }> = {
  info: { icon: Info, box: "border-line bg-surface", mark: "text-accent" },
  warning: { icon: CircleAlert, box: "border-person/35 bg-person-soft", mark: "text-person" },
  failed: { icon: CircleX, box: "border-failed/35 bg-failed-soft", mark: "text-failed" },
  done: { icon: CircleCheck, box: "border-done/35 bg-done-soft", mark: "text-done" },
};

interface CalloutProps {
  tone?: keyof typeof LOOK;
  title?: ReactNode;
  children?: ReactNode;
  /** Buttons or links, at the right or below. */
  actions?: ReactNode;
  className?: string;
}

/** Something the reader should know before going on. */
export function Callout({ tone = "info", title, children, actions, className }: CalloutProps) {
  const { icon: Icon, box, mark } = LOOK[tone];
  return (
    <div className={cn("flex flex-wrap items-start gap-x-3 gap-y-2 rounded-lg border px-3.5 py-2.5", box, className)}>
      <Icon aria-hidden className={cn("mt-0.5 size-4 shrink-0", mark)} />
      <div className="min-w-0 flex-1 basis-56">
        {title ? <p className="break-words font-medium">{title}</p> : null}
        {children ? <div className="break-words">{children}</div> : null}
      </div>
      {actions ? <div className="flex flex-wrap gap-2">{actions}</div> : null}
    </div>
  );
}
