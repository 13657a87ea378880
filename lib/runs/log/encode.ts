import type { LogLine } from "../types.ts";

/** The stored form of a line: "<unix ms>\t<stream>\t<text>". */
export function encodeLine(at: number, stream: LogLine["stream"], text: string): string {
  // A line is one line, whatever a step puts in it.
  return `${at}\t${stream}\t${text.replaceAll("\n", "⏎")}`;
}

/** Lines `from` … `to` of a chunk's body, whose first line is `firstSeq`. */
export function decodeLines(body: string, firstSeq: number, from = firstSeq, to = Number.POSITIVE_INFINITY): LogLine[] {
  const lines: LogLine[] = [];
  let seq = firstSeq;
  for (const line of body.split("\n")) {
    if (seq >= from && seq <= to) {
      const first = line.indexOf("\t");
      const second = line.indexOf("\t", first + 1);
      const stream = line.slice(first + 1, second) as LogLine["stream"];
      lines.push({ seq, at: Number(line.slice(0, first)), stream, text: line.slice(second + 1) });
    }
    seq++;
  }
  return lines;
}
