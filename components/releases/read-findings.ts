import type { EvidenceView } from "#lib/releases/types.ts";

/** One thing that reading a migration found. */
export interface Finding {
  migration: string;
  line: number;
  why: string;
  /** loss: data can go with it; schema: the schema changes. */
  weight: "loss" | "schema";
}

/** `0002_drop, line 3: DROP TABLE notes (every row goes)`: how evidence cites a migration. */
const CITED = /^(?<migration>.*), line (?<line>\d+): .* \((?<why>[^()]*(?:\([^()]*\)[^()]*)*)\)$/s;

/** What the sealed evidence says about migrations, by the line it is about; a loss stands for the same line's change of schema. */
export function readFindings({ dataLoss, schemaChange }: EvidenceView["evidence"]): Finding[] {
  const read = (lines: readonly string[], weight: Finding["weight"]) =>
    lines.flatMap((text): Finding[] => {
      const { migration, line, why } = CITED.exec(text)?.groups ?? {};
      return migration && line && why ? [{ migration, line: Number(line), why, weight }] : [];
    });
  const losses = read(dataLoss, "loss");
  const isTold = (one: Finding) => losses.some((loss) => loss.migration === one.migration && loss.line === one.line);
  return [...losses, ...read(schemaChange, "schema").filter((one) => !isTold(one))];
}
