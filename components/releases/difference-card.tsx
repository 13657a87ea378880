import { Check } from "lucide-react";
import type { DifferenceView } from "#lib/releases/types.ts";
import { Card, CardHeader } from "../ui/card.tsx";
import { cn } from "../ui/cn.ts";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { ImageLine } from "./image-line.tsx";
import { type DifferenceLine, mergeDifferences } from "./merge-differences.ts";
import { AREA_WORDS } from "./release-words.ts";

interface DifferenceCardProps {
  environment: string;
  differences: readonly DifferenceView[];
  /** What staging has, against the same; null: no staging, or this is staging. */
  staging?: { differences: readonly DifferenceView[]; release: { number: number } } | null;
  /** The release that runs there; null: nothing. */
  runningNumber: number | null;
  releaseNumber: number;
  /** It is told as what was done, not as what would be. */
  hasRun?: boolean;
  /** In place of "will run", for migrations of what has begun. */
  migrationWord?: string;
}

/** What would be another than it is: the first thing to read. */
export function DifferenceCard(props: DifferenceCardProps) {
  const {
    environment,
    differences,
    staging = null,
    runningNumber,
    releaseNumber,
    hasRun = false,
    migrationWord,
  } = props;
  const { changed, untouched } = mergeDifferences(differences, staging?.differences ?? null);
  const columns = {
    now: runningNumber === null ? "Before" : `${hasRun ? "Before" : "Now"}: release ${runningNumber}`,
    next: `${hasRun ? "After" : "Then"}: release ${releaseNumber}`,
    staging: staging ? `Staging: release ${staging.release.number}` : null,
  };
  return (
    <Card className="overflow-hidden" aria-label="Difference">
      <CardHeader title="Difference" note={sayHowMuch(changed.length, environment, hasRun)} />
      {changed.length > 0 ? (
        <Lines label="What changes" lines={changed} columns={columns} migrationWord={migrationWord} />
      ) : null}
      {untouched.length > 0 ? (
        <details className="border-line border-t">
          <summary className="px-4 py-2.5 text-muted text-sm">
            {untouched.length === 1 ? "One more thing is" : `${untouched.length} more things are`} another in staging
            and stay{untouched.length === 1 ? "s" : ""} as {untouched.length === 1 ? "it is" : "they are"} in{" "}
            {environment}
          </summary>
          <Lines label="Other in staging" lines={untouched} columns={{ ...columns, next: null }} />
        </details>
      ) : null}
    </Card>
  );
}

function sayHowMuch(count: number, environment: string, hasRun: boolean): string {
  if (count === 0) return hasRun ? "Nothing." : `Nothing: ${environment} runs exactly this.`;
  const things = count === 1 ? "One thing" : `${count} things`;
  if (hasRun) return `${things}, against what ran in ${environment} before.`;
  return `${things} ${count === 1 ? "changes" : "change"} in ${environment}; all else stays as it is.`;
}

interface Columns {
  now: string;
  next: string | null;
  staging: string | null;
}

const SIGN: Record<DifferenceLine["change"], { sign: string; word: string; className: string }> = {
  added: { sign: "+", word: "added", className: "text-done" },
  changed: { sign: "~", word: "changed", className: "text-person" },
  removed: { sign: "−", word: "removed", className: "text-failed" },
};

interface LinesProps {
  label: string;
  lines: readonly DifferenceLine[];
  columns: Columns;
  migrationWord?: string | undefined;
}

function Lines({ label, lines, columns, migrationWord }: LinesProps) {
  return (
    <Table label={label} className="sm:table-fixed">
      <TableHead>
        <Th className="w-[22%]">What</Th>
        <Th>{columns.now}</Th>
        {columns.next ? <Th>{columns.next}</Th> : null}
        {columns.staging ? <Th className={columns.next ? "w-[18%]" : ""}>{columns.staging}</Th> : null}
      </TableHead>
      <TableBody>
        {lines.map((line, index) => {
          const isFirst = lines[index - 1]?.area !== line.area;
          const { sign, word, className } = SIGN[line.change];
          return (
            <TableRow key={`${line.area} ${line.name}`} className={cn(!isFirst && "sm:border-t-0")}>
              <Td wide className="align-middle">
                <span className={cn("block text-muted text-xs", !isFirst && "sm:sr-only")}>
                  {AREA_WORDS[line.area]}
                </span>
                <span className="flex gap-1.5">
                  {columns.next ? (
                    <span className={cn("font-mono", className)}>
                      <span aria-hidden>{sign}</span>
                      <span className="sr-only">{word}: </span>
                    </span>
                  ) : null}
                  <span className="break-all font-medium">{line.name}</span>
                </span>
              </Td>
              <Td label={columns.now} className="align-middle max-sm:col-span-2">
                <Value line={line} value={line.now} isOld={columns.next !== null} />
              </Td>
              {columns.next ? (
                <Td label={columns.next} className="align-middle max-sm:col-span-2">
                  <Value line={line} value={line.area === "migration" ? (migrationWord ?? line.next) : line.next} />
                </Td>
              ) : null}
              {columns.staging ? (
                <Td label={columns.staging} className="align-middle max-sm:col-span-2">
                  <StagingValue line={line} />
                </Td>
              ) : null}
            </TableRow>
          );
        })}
      </TableBody>
    </Table>
  );
}

function StagingValue({ line }: { line: DifferenceLine }) {
  if (line.staging === undefined) return <span className="text-muted">–</span>;
  const isTried =
    line.area === "migration" ? line.staging !== null : line.staging === line.next && line.next !== line.now;
  if (isTried)
    return (
      <span className="inline-flex items-center gap-1 text-done">
        <Check aria-hidden className="size-3.5" /> {line.area === "migration" ? "ran" : "the same"}
      </span>
    );
  return <Value line={line} value={line.staging} />;
}

function Value({ line, value, isOld = false }: { line: DifferenceLine; value: string | null; isOld?: boolean }) {
  if (value === null) return <span className="text-muted">{line.area === "migration" ? "not run" : "none"}</span>;
  const quiet = isOld && "text-muted";
  if (line.area === "image") return <ImageLine image={value} className={cn("text-xs", quiet)} />;
  if (line.area === "migration" || line.area === "secret") return <span className={cn(quiet)}>{value}</span>;
  return (
    <code className={cn("line-clamp-6 whitespace-pre-wrap break-all text-xs", quiet)} title={value}>
      {value === "" ? "(empty)" : value}
    </code>
  );
}
