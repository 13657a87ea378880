import type { ReactNode } from "react";
import { Breadcrumbs, type Crumb } from "./breadcrumbs.tsx";

interface PageHeaderProps {
  title: ReactNode;
  /** Beside the title: the state. */
  mark?: ReactNode;
  /** One line on what this is. */
  note?: ReactNode;
  crumbs?: Crumb[];
  actions?: ReactNode;
  /** The title may be long: on a phone what can be done goes below it. */
  roomy?: boolean;
}

export function PageHeader({ title, mark, note, crumbs, actions, roomy }: PageHeaderProps) {
  return (
    <header className="flex flex-wrap items-end gap-x-4 gap-y-3 pb-4">
      <div className={roomy ? "min-w-0 flex-1 basis-72" : "min-w-0 flex-1 basis-40"}>
        {crumbs ? <Breadcrumbs crumbs={crumbs} /> : null}
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="min-w-0 break-words font-semibold text-xl tracking-tight">{title}</h1>
          {mark}
        </div>
        {note ? <p className="text-muted">{note}</p> : null}
      </div>
      {actions ? <div className="flex flex-wrap gap-2">{actions}</div> : null}
    </header>
  );
}
