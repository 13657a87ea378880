import { StringDecoder } from "node:string_decoder";
import { createKeyBlackener, type Redactor } from "#lib/platform/redaction.ts";

/** Longest stored line, in UTF-16 units; longer ones are cut into several. */
export const MAX_LINE = 16 * 1024;

/**
 * Cuts the output of a program, in whatever pieces it comes, into clean lines. Holds back at most one line: a line without end
 * is handed on in parts as it grows, each long enough that a secret lying across a cut has already been found.
 */
export function createLineSplitter(redactor: Redactor, onLine: (line: string) => void) {
  const decoder = new StringDecoder("utf8");
  const blacken = createKeyBlackener();
  let rest = "";

  function take(text: string): void {
    // Keys first: cleaning takes a lone BEGIN line away, and with it the sign that a key follows.
    const line = redactor.clean(blacken(text.endsWith("\r") ? text.slice(0, -1) : text));
    // The progress bars of many programs rewrite their line: what a terminal would show at the end is the last rewrite.
    const shown = line.slice(line.lastIndexOf("\r") + 1);
    for (let from = 0; from === 0 || from < shown.length; from += MAX_LINE) onLine(shown.slice(from, from + MAX_LINE));
  }

  function cutLong(): void {
    const margin = Math.max(redactor.longest, 256);
    while (rest.length > MAX_LINE + margin) {
      rest = redactor.clean(rest);
      if (rest.length <= MAX_LINE + margin) return;
      onLine(blacken(rest.slice(0, MAX_LINE)));
      rest = rest.slice(MAX_LINE);
    }
  }

  function push(text: string): void {
    let from = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", from)) {
      take(rest + text.slice(from, end));
      rest = "";
      from = end + 1;
    }
    rest += text.slice(from);
    cutLong();
  }

  return {
    write(data: string | Uint8Array): void {
      if (typeof data === "string") {
        push(data);
        return;
      }
      // Pieces, so that one huge buffer is never wholly held as text as well.
      for (let from = 0; from < data.length; from += 64 * 1024)
        push(decoder.write(Buffer.from(data.buffer, data.byteOffset + from, Math.min(64 * 1024, data.length - from))));
    },
    /** Hands on what came after the last line end. */
    end(): void {
      rest += decoder.end();
      if (rest !== "") take(rest);
      rest = "";
    },
  };
}
