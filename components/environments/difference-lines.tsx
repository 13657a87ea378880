import type { ConfigDifference } from "./compare-config.ts";

/** Settings that differ, the old one struck through above the new. */
export function DifferenceLines({ differences, label }: { differences: readonly ConfigDifference[]; label: string }) {
  return (
    <ul aria-label={label} className="grid grid-cols-1 divide-y divide-line">
      {differences.map(({ key, label: name, before, after }) => (
        <li key={key} className="grid grid-cols-1 gap-0.5 py-2 text-sm first:pt-0 last:pb-0">
          <span className="break-all font-medium">{name}</span>
          {before === null ? null : (
            <del className="break-all text-muted decoration-muted/60">
              <span className="sr-only">before: </span>
              {before}
            </del>
          )}
          <span className="break-all">
            <span className="sr-only">after: </span>
            {after ?? <em className="text-muted">taken away</em>}
          </span>
        </li>
      ))}
    </ul>
  );
}
