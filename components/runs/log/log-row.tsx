import { memo } from "react";
import type { LogLine } from "#lib/runs/types.ts";
import { cn } from "../../ui/cn.ts";
import { markFound, renderLine } from "./render-line.ts";

const TONES: Record<LogLine["stream"], string> = { o: "", i: "", e: "text-failed", w: "text-person" };

/** In the reader's own zone. */
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });

interface LogRowProps {
  /** Undefined: on its way. Null: there is no such line. */
  line: LogLine | null | undefined;
  seq: number;
  href: string;
  wrap: boolean;
  marked: boolean;
  /** What is looked for, and whether this line is the one gone to. */
  find: string;
  current: boolean;
  onPick: (seq: number, extend: boolean) => void;
}

/** One line: when, its number as a permalink, and its text. */
export const LogRow = memo(function LogRow({ line, seq, href, wrap, marked, find, current, onPick }: LogRowProps) {
  return (
    <div
      className={cn(
        "flex min-w-full items-start gap-3 px-3 leading-5",
        wrap ? "w-full" : "w-max",
        marked && "bg-accent-soft",
        current && "bg-person-soft",
      )}
    >
      <time
        className="w-[8ch] shrink-0 select-none text-muted max-sm:hidden"
        dateTime={line ? new Date(line.at).toISOString() : undefined}
        // Only for the one line that is asked about: this is the slowest part of a row.
        onMouseEnter={(event) => {
          if (line) event.currentTarget.title = exact.format(line.at);
        }}
      >
        {line ? clock.format(line.at) : ""}
      </time>
      <a
        href={href}
        aria-label={`Line ${seq}`}
        className="min-w-[4ch] shrink-0 select-none text-right text-muted tabular-nums hover:text-ink hover:underline"
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.button !== 0) return;
          event.preventDefault();
          onPick(seq, event.shiftKey);
        }}
      >
        {seq}
      </a>
      <span
        className={cn(
          "min-w-0 flex-1",
          wrap ? "whitespace-pre-wrap wrap-anywhere" : "whitespace-pre",
          line && TONES[line.stream],
        )}
      >
        {line ? <LogText text={line.text} find={find} /> : null}
        {line === undefined ? <span className="select-none text-muted">…</span> : null}
      </span>
    </div>
  );
});

function LogText({ text, find }: { text: string; find: string }) {
  return markFound(renderLine(text), find).map((piece, at) => {
    const key = `${at}`;
    if (piece.found)
      return (
        <mark key={key} className="rounded-xs bg-accent text-on-accent">
          {piece.text}
        </mark>
      );
    return piece.className ? (
      <span key={key} className={piece.className}>
        {piece.text}
      </span>
    ) : (
      piece.text
    );
  });
}
