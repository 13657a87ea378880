// biome-ignore-all lint/a11y/noRedundantRoles: an element's role is lost once its display is not table
import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn.ts";

/*
 * A dense table that becomes a list of cards below 640 px. Changing `display` takes a table's meaning away from
 * screen readers, so every part says its role itself.
 */

/** `label` names the table for those who do not see it. */
export function Table({ label, className, ...props }: ComponentProps<"table"> & { label: string }) {
  return (
    <div className="overflow-x-auto">
      <table
        role="table"
        aria-label={label}
        {...props}
        className={cn("w-full border-collapse text-sm max-sm:block", className)}
      />
    </div>
  );
}

export function TableHead({ children }: { children: ReactNode }) {
  return (
    <thead role="rowgroup" className="max-sm:sr-only">
      <tr role="row" className="border-line border-b">
        {children}
      </tr>
    </thead>
  );
}

export function TableBody({ className, ...props }: ComponentProps<"tbody">) {
  return <tbody role="rowgroup" {...props} className={cn("max-sm:block", className)} />;
}

/** A row. With a TableLink inside, the whole of it can be pressed. */
export function TableRow({ className, ...props }: ComponentProps<"tr">) {
  return (
    <tr
      role="row"
      {...props}
      className={cn(
        "relative border-line border-b last:border-b-0 has-[a[data-row-link]]:hover:bg-hover max-sm:grid max-sm:grid-cols-2 max-sm:gap-x-4 max-sm:gap-y-1.5 max-sm:px-4 max-sm:py-3",
        className,
      )}
    />
  );
}

export function Th({ numeric, className, ...props }: ComponentProps<"th"> & { numeric?: boolean }) {
  return (
    <th
      role="columnheader"
      scope="col"
      {...props}
      className={cn(
        "whitespace-nowrap px-3 py-2 text-left font-medium text-muted text-xs first:pl-4 last:pr-4",
        numeric && "text-right",
        className,
      )}
    />
  );
}

interface TdProps extends ComponentProps<"td"> {
  /** The column's name, shown in front of the value when the row is a card. */
  label?: string;
  numeric?: boolean;
  /** As a card: across the whole width (the row's name, long texts). */
  wide?: boolean;
}

export function Td({ label, numeric, wide, className, children, ...props }: TdProps) {
  return (
    <td
      role="cell"
      {...props}
      className={cn(
        "px-3 py-2 align-middle first:pl-4 last:pr-4 max-sm:min-w-0 max-sm:p-0! max-sm:empty:hidden",
        numeric && "text-right max-sm:text-left",
        wide && "max-sm:col-span-2",
        className,
      )}
    >
      {label ? (
        <span aria-hidden className="hidden text-muted text-xs max-sm:block">
          {label}
        </span>
      ) : null}
      {children}
    </td>
  );
}
