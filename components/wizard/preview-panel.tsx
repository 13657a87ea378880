"use client";

import { Hand } from "lucide-react";
import { TouchedPanel } from "../impact/touched-panel.tsx";
import { Card } from "../ui/card.tsx";
import { cn } from "../ui/cn.ts";
import { useDraft } from "./draft-context.tsx";
import { countLines, type PreviewLine, previewLines, splitLines } from "./preview-lines.ts";

/** What the answers will cause, renewed with every one of them. */
export function PreviewPanel() {
  const { checked, isChecked, draft } = useDraft();
  const lines = previewLines(checked.check.preview);
  const { happening, skipped } = splitLines(lines);
  return (
    <div className="grid grid-cols-1 gap-4 lg:sticky lg:top-4">
      <Card aria-label="This will happen" tabIndex={0} className="lg:max-h-[calc(100dvh-6rem)] lg:overflow-y-auto">
        <details open>
          <summary className="px-4 py-2.5">
            <h2 className="inline font-semibold">This will happen</h2>
            <span className="block text-muted text-xs" aria-live="polite">
              {countLines(lines)}
            </span>
          </summary>
          <div className={cn("border-line border-t px-4 py-3 transition-opacity", !isChecked && "opacity-70")}>
            <ol className="grid gap-1.5">
              {happening.map((line, index) => (
                <PreviewRow key={line.key} line={line} number={index + 1} />
              ))}
            </ol>
            {skipped.length > 0 ? (
              <>
                <h3 className="pt-4 pb-1 font-medium text-muted text-xs">Skipped, and why</h3>
                <ul className="grid gap-1 text-muted text-xs">
                  {skipped.map((line) => (
                    <li key={line.key} className="break-words">
                      {line.title}: {line.note}
                    </li>
                  ))}
                </ul>
              </>
            ) : null}
          </div>
        </details>
      </Card>
      <TouchedPanel draftId={draft.id} rev={draft.rev} />
    </div>
  );
}

function PreviewRow({ line, number }: { line: PreviewLine; number: number }) {
  return (
    <li className="grid grid-cols-[1.25rem_1rem_1fr] items-start gap-x-1.5 text-sm">
      <span className="text-right text-muted tabular-nums">{number}</span>
      {line.mark === "person" ? (
        <Hand aria-hidden className="mt-0.5 size-3.5 text-person" />
      ) : (
        <span aria-hidden className="text-center font-mono font-semibold text-done">
          +
        </span>
      )}
      <span className="min-w-0 break-words">
        {line.title}
        {line.note ? <span className="block text-muted text-xs">{line.note}</span> : null}
      </span>
    </li>
  );
}
