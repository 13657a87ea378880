/** Ten times what becomes of a list, which is cut at 200 items. */
const LINES_MAX = 2000;
const MARKS_MAX = 4000;
const LINE = /\r\n|[\n\r\u2028\u2029]/g;
const MARK = /[*_[\]<\\]/g;

const count = (text: string, of: RegExp) => text.match(of)?.length ?? 0;

/**
 * Whether taking Markdown apart would hold the process up for seconds: every line of a list, and every sign within a line that may
 * begin or end something, costs all those after it again. Words cost nothing.
 */
export const isTooMuch = (markdown: string): boolean =>
  count(markdown, LINE) >= LINES_MAX || count(markdown, MARK) > MARKS_MAX;

export const TOO_MUCH =
  "It has more than 2,000 lines, or more than 4,000 stars, brackets and the like: paste it in parts.";
