import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn.ts";

export function Card({ className, ...props }: ComponentProps<"section">) {
  return <section {...props} className={cn("rounded-lg border border-line bg-surface", className)} />;
}

interface CardHeaderProps {
  title: ReactNode;
  /** A line under the title. */
  note?: ReactNode;
  actions?: ReactNode;
  className?: string;
}

export function CardHeader({ title, note, actions, className }: CardHeaderProps) {
  return (
    <header className={cn("flex flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-4 py-2.5", className)}>
      <div className="min-w-0 flex-1 basis-40">
        <h2 className="font-semibold">{title}</h2>
        {note ? <p className="text-muted text-sm">{note}</p> : null}
      </div>
      {actions}
    </header>
  );
}

export function CardBody({ className, ...props }: ComponentProps<"div">) {
  return <div {...props} className={cn("p-4", className)} />;
}

/** Pairs of name and value. */
export function Facts({ className, ...props }: ComponentProps<"dl">) {
  return <dl {...props} className={cn("grid grid-cols-[6.5rem_minmax(0,1fr)] gap-x-4 gap-y-2", className)} />;
}

export function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
