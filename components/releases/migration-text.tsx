import { cn } from "../ui/cn.ts";
import type { Finding } from "./read-findings.ts";

interface MigrationTextProps {
  sql: string;
  /** What the lint says, each below its line. */
  findings: readonly Finding[];
}

const groundOf = (here: readonly Finding[]) => {
  if (here.length === 0) return undefined;
  return here.some(({ weight }) => weight === "loss") ? "bg-failed-soft" : "bg-person-soft";
};

/** A migration's text with line numbers; what was found in it stands below the line it is about. */
export function MigrationText({ sql, findings }: MigrationTextProps) {
  const lines = sql.replace(/\n$/, "").split("\n");
  return (
    <div
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
      tabIndex={0}
      className="max-h-96 overflow-auto border-line border-t bg-sunken py-1.5 font-mono text-xs"
    >
      <ol className="w-max min-w-full">
        {lines.map((line, index) => {
          const here = findings.filter((one) => one.line === index + 1);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its number
            <li key={index}>
              <div className={cn("flex gap-3 px-3", groundOf(here))}>
                <span aria-hidden className="w-8 shrink-0 select-none text-right text-muted tabular-nums">
                  {index + 1}
                </span>
                <code className="whitespace-pre">{line || " "}</code>
              </div>
              {here.map((finding) => (
                <p
                  key={`${finding.why} ${finding.weight}`}
                  className={cn(
                    "sticky left-0 w-fit px-3 pl-14 font-sans",
                    finding.weight === "loss" ? "text-failed" : "text-person",
                  )}
                >
                  {finding.why}
                </p>
              ))}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
