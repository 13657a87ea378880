const DEEPEST = 20;
const MOST_BLANKS = 200;
/** What many deep lines may open altogether, past the first of each line. */
const MOST_LEVELS = 1000;
const MARKERS = /^(?:[ ]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ ]|$)))+/;
const MARKER = />|[-*+]|\d+[.)]/g;
/** A line across the page, however long: nothing lies within it. */
const RULE = /^[ ]*([-*])(?:[ ]*\1)*[ ]*$/;

function countMarkers(line: string): number {
  if (RULE.test(line)) return 0;
  const [markers = ""] = MARKERS.exec(line) ?? [];
  return markers.match(MARKER)?.length ?? 0;
}

/**
 * Whether Markdown opens lists or quotes so deep that taking it apart would hold the process up: each level costs all above it
 * again.
 */
export function isTooDeep(markdown: string): boolean {
  let levels = 0;
  for (const written of markdown.split(/\r\n|\n|\r/)) {
    const line = written.replaceAll("\t", "    ");
    if (line.search(/[^ ]|$/) >= MOST_BLANKS) return true;
    const markers = countMarkers(line);
    if (markers >= DEEPEST) return true;
    levels += Math.max(0, markers - 1);
  }
  return levels > MOST_LEVELS;
}

export const TOO_DEEP = "Its lists or quotes lie too deep in each other.";
