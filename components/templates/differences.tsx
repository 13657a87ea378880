import { diffWords } from "diff";
import type { ItemDifference } from "#lib/templates/format/compare-contents.ts";
import { Badge, type Tone } from "../ui/badge.tsx";

const KINDS: Record<ItemDifference["kind"], { word: string; tone: Tone }> = {
  added: { word: "added", tone: "done" },
  removed: { word: "removed", tone: "failed" },
  changed: { word: "changed", tone: "accent" },
  moved: { word: "moved", tone: "neutral" },
};

function describePlace({ kind, from, to }: ItemDifference): string {
  if (kind === "added") return `at place ${to}`;
  if (kind === "removed") return `was at place ${from}`;
  return from === to ? "" : `from place ${from} to ${to}`;
}

/** What one version has otherwise than another, item by item and word by word. */
export function Differences({ differences }: { differences: readonly ItemDifference[] }) {
  if (differences.length === 0) return <p className="px-4 py-3 text-muted">They are the same.</p>;
  return (
    <ul className="divide-y divide-line">
      {differences.map((one) => (
        <li key={`${one.kind} ${one.key}`} className="grid gap-1.5 px-4 py-2.5">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <Badge tone={KINDS[one.kind].tone}>{KINDS[one.kind].word}</Badge>
            <span className="min-w-0 break-words font-medium">{one.name}</span>
            <span className="text-muted text-sm">{describePlace(one)}</span>
          </p>
          {one.fields.length > 0 ? (
            <dl className="grid gap-x-4 gap-y-1 text-sm sm:grid-cols-[8rem_minmax(0,1fr)]">
              {one.fields.map(({ field, before, after }) => (
                <div key={field} className="contents">
                  <dt className="text-muted">{field}</dt>
                  <dd className="min-w-0 whitespace-pre-wrap break-words">
                    <Words before={before} after={after} />
                  </dd>
                </div>
              ))}
            </dl>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function Words({ before, after }: { before: string; after: string }) {
  if (before === "") return after;
  return diffWords(before, after).map((part, index) => {
    const key = `${index} ${part.value}`;
    if (part.added)
      return (
        <ins key={key} className="rounded-sm bg-done-soft text-done no-underline">
          {part.value}
        </ins>
      );
    if (part.removed)
      return (
        <del key={key} className="rounded-sm bg-failed-soft text-failed">
          {part.value}
        </del>
      );
    return <span key={key}>{part.value}</span>;
  });
}
