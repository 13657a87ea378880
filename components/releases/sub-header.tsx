import { ChevronLeft } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";

interface SubHeaderProps {
  title: ReactNode;
  /** Where it belongs to. */
  back: { href: string; label: string };
  mark?: ReactNode;
  note?: ReactNode;
  actions?: ReactNode;
}

/** The head of a page below a service's tabs. */
export function SubHeader({ title, back, mark, note, actions }: SubHeaderProps) {
  return (
    <header className="grid gap-1 pb-4">
      <Link href={back.href} className="inline-flex w-fit items-center gap-1 text-muted text-sm hover:text-ink">
        <ChevronLeft aria-hidden className="size-4" /> {back.label}
      </Link>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 className="min-w-0 break-words font-semibold text-xl tracking-tight">{title}</h2>
        {mark}
        {actions ? <div className="flex flex-1 flex-wrap justify-end gap-2">{actions}</div> : null}
      </div>
      {note ? <p className="max-w-prose text-muted">{note}</p> : null}
    </header>
  );
}
