import type { DataChangeView } from "#lib/data-changes/types.ts";
import { Card, CardHeader } from "../ui/card.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { countRows, ENGINES } from "./data-change-words.ts";

/** The statements as they are run, line by line, with how many rows each touches once that is known. */
export function StatementsCard({ change }: { change: DataChangeView }) {
  const { statements, engine, database, result, preview } = change;
  const isDone = result?.outcome === "committed";
  const counts = (isDone ? result.statements : preview?.statements) ?? [];
  const lines = statements === "" ? [] : statements.split("\n");
  return (
    <Card aria-label="Statements" className="min-w-0 overflow-hidden">
      <CardHeader
        title="Statements"
        note={database ? `In ${database}${engine ? ` (${ENGINES[engine]})` : ""}, in one transaction` : undefined}
        actions={statements ? <CopyButton text={statements} label="Copy the statements" /> : null}
      />
      {lines.length === 0 ? (
        <p className="p-4 text-muted">None are written yet.</p>
      ) : (
        <ol className="overflow-x-auto bg-sunken py-2 font-mono text-sm">
          {lines.map((line, index) => {
            const number = index + 1;
            const found = counts.filter((count) => count.line === number);
            return (
              <li key={number} className="flex min-w-fit items-start gap-3 px-4 leading-6">
                <span aria-hidden className="w-6 shrink-0 select-none text-right text-muted text-xs leading-6">
                  {number}
                </span>
                <code className="min-w-0 flex-1 whitespace-pre-wrap break-words">{line || " "}</code>
                {found.length > 0 ? (
                  <span className="sticky right-4 shrink-0 rounded-sm bg-accent-soft px-1.5 font-sans text-accent text-xs tabular-nums leading-6">
                    {isDone ? "" : "preview: "}
                    {found.map(({ rows }) => countRows(rows)).join(", ")}
                  </span>
                ) : null}
              </li>
            );
          })}
        </ol>
      )}
    </Card>
  );
}
