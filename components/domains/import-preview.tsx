import type { ImportLine } from "#lib/dns/types.ts";
import { Card, CardHeader } from "../ui/card.tsx";
import { type State, StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { RecordValues } from "./record-state.tsx";

const OUTCOME: Record<ImportLine["outcome"], { state: State; word: string }> = {
  create: { state: "done", word: "New" },
  adopt: { state: "done", word: "Taken over" },
  same: { state: "skipped", word: "There already" },
  skip: { state: "skipped", word: "Left out" },
  refused: { state: "failed", word: "Cannot be" },
};
/** More lines than anybody reads. */
const SHOWN = 500;
/** What needs a look comes first. */
const ORDER: ImportLine["outcome"][] = ["refused", "create", "adopt", "same", "skip"];

/** What would come of each record set of a zone file. */
export function ImportPreview({ lines }: { lines: ImportLine[] }) {
  const sorted = [...lines].sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome) || a.line - b.line);
  return (
    <Card className="overflow-hidden">
      <CardHeader
        title="What would come of it"
        note={lines.length === 0 ? "The file holds no records." : summarize(lines)}
      />
      {lines.length > 0 ? (
        <Table label="What would come of each line">
          <TableHead>
            <Th numeric>Line</Th>
            <Th>Name</Th>
            <Th>Type</Th>
            <Th>Answers</Th>
            <Th>What comes of it</Th>
          </TableHead>
          <TableBody>
            {sorted.slice(0, SHOWN).map((line) => (
              <TableRow key={`${line.line} ${line.name} ${line.type}`}>
                <Td label="Line" numeric className="text-muted">
                  {line.line}
                </Td>
                <Td wide className="max-w-80 break-all font-medium max-sm:-order-1">
                  {line.name ?? "–"}
                </Td>
                <Td label="Type">{line.type ? <code>{line.type}</code> : "–"}</Td>
                <Td label="Answers" className="max-w-72">
                  <RecordValues values={line.values} most={3} />
                </Td>
                <Td label="What comes of it" className="max-w-72">
                  <StateBadge plain {...OUTCOME[line.outcome]} />
                  {line.reason ? (
                    <p className={line.outcome === "refused" ? "text-failed text-xs" : "text-muted text-xs"}>
                      {line.reason}
                    </p>
                  ) : null}
                </Td>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      ) : null}
      {lines.length > SHOWN ? (
        <p className="border-line border-t px-4 py-2 text-muted text-sm">And {lines.length - SHOWN} more lines.</p>
      ) : null}
    </Card>
  );
}

function summarize(lines: ImportLine[]): string {
  const counts = ORDER.map((outcome) => ({ outcome, n: lines.filter((line) => line.outcome === outcome).length }));
  return counts
    .filter(({ n }) => n > 0)
    .map(({ outcome, n }) => `${n} ${OUTCOME[outcome].word.toLowerCase()}`)
    .join(", ");
}
