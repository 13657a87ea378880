"use client";

import { Hand } from "lucide-react";
import { Card } from "../ui/card.tsx";
import { cn } from "../ui/cn.ts";
import { useDraft } from "./draft-context.tsx";
import { countLines, type PreviewLine, previewLines } from "./preview-lines.ts";

/** What the answers will cause, renewed with every one of them. */
export function PreviewPanel() {
  const { checked, isChecked } = useDraft();
  const lines = previewLines(checked.check.preview);
  return (
    <Card aria-label="This will happen" className="lg:sticky lg:top-4 lg:max-h-[calc(100dvh-6rem)] lg:overflow-y-auto">
      <details open className="group">
        <summary className="flex items-baseline gap-2 px-4 py-2.5">
          <h2 className="flex-1 font-semibold">This will happen</h2>
          <span className="text-muted text-xs" aria-live="polite">
            {countLines(lines)}
          </span>
        </summary>
        <ol
          className={cn("grid gap-1.5 border-line border-t px-4 py-3 transition-opacity", !isChecked && "opacity-70")}
        >
          {lines.map((line, index) => (
            <PreviewRow key={line.key} line={line} number={index + 1} />
          ))}
        </ol>
      </details>
    </Card>
  );
}

function PreviewRow({ line, number }: { line: PreviewLine; number: number }) {
  const isSkipped = line.mark === "skip";
  return (
    <li className={cn("grid grid-cols-[1.25rem_1rem_1fr] items-start gap-x-1.5 text-sm", isSkipped && "text-muted")}>
      <span className="text-right text-muted tabular-nums">{number}</span>
      <Mark mark={line.mark} />
      <span className="min-w-0 break-words">
        {line.title}
        {line.note ? (
          <span className="block text-muted text-xs">{isSkipped ? `skipped: ${line.note}` : line.note}</span>
        ) : null}
      </span>
    </li>
  );
}

function Mark({ mark }: { mark: PreviewLine["mark"] }) {
  if (mark === "person") return <Hand aria-hidden className="mt-0.5 size-3.5 text-person" />;
  return (
    <span className={cn("text-center font-mono", mark === "create" && "font-semibold text-done")}>
      <span aria-hidden>{mark === "create" ? "+" : "·"}</span>
      <span className="sr-only">{mark === "create" ? "create" : "skipped"}</span>
    </span>
  );
}
