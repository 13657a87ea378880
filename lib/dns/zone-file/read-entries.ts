/** One word of a zone file: as bytes, since a text may hold any, and whether it stood in quotes. */
export interface Word {
  bytes: Uint8Array;
  isQuoted: boolean;
}

/** The words of one entry, which brackets may have spread over several lines. */
export interface Entry {
  /** Where it begins, from 1. */
  line: number;
  /** It begins with a blank: the name is the one of the entry before. */
  isContinued: boolean;
  words: Word[];
  /** What makes it unreadable. */
  problem?: string;
}

const encoder = new TextEncoder();
export const textOf = (word: Word): string => Buffer.from(word.bytes).toString("utf8");

/** Reads characters one by one and keeps what is being built. */
class Reader {
  private readonly chars: string[];
  private at = 0;
  private line = 1;
  private depth = 0;
  private entry: Entry = { line: 1, isContinued: false, words: [] };
  readonly entries: Entry[] = [];

  constructor(text: string) {
    this.chars = [...text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n")];
  }

  read(): Entry[] {
    let isStart = true;
    while (this.at < this.chars.length) {
      const char = this.chars[this.at] ?? "";
      if (char === "\n") {
        this.at++;
        this.line++;
        if (this.depth === 0) this.endEntry();
        isStart = this.depth === 0;
        continue;
      }
      if (char === " " || char === "\t") {
        if (isStart) this.entry.isContinued = true;
        this.at++;
      } else if (char === ";") this.skipComment();
      else if (char === "(") this.open();
      else if (char === ")") this.close();
      else this.readWord(char === '"');
      isStart = false;
    }
    if (this.depth > 0) this.entry.problem ??= "A bracket is opened and never closed.";
    this.endEntry();
    return this.entries;
  }

  private endEntry(): void {
    if (this.entry.words.length > 0 || this.entry.problem) this.entries.push(this.entry);
    this.entry = { line: this.line, isContinued: false, words: [] };
  }

  private open(): void {
    this.depth++;
    this.at++;
  }

  private close(): void {
    if (this.depth === 0) this.entry.problem ??= "A bracket is closed that was never opened.";
    else this.depth--;
    this.at++;
  }

  private skipComment(): void {
    while (this.at < this.chars.length && this.chars[this.at] !== "\n") this.at++;
  }

  private readWord(isQuoted: boolean): void {
    const pieces: Uint8Array[] = [];
    if (isQuoted) this.at++;
    for (;;) {
      const char = this.chars[this.at];
      if (char === undefined || char === "\n") {
        if (isQuoted) this.entry.problem ??= "A quoted text is not closed on its line.";
        break;
      }
      if (isQuoted ? char === '"' : /[ \t;()"]/.test(char)) break;
      pieces.push(char === "\\" ? this.readEscape() : encoder.encode(char));
      if (char !== "\\") this.at++;
    }
    if (isQuoted && this.chars[this.at] === '"') this.at++;
    this.entry.words.push({ bytes: Buffer.concat(pieces), isQuoted });
  }

  /** `\032` is the byte 32 in decimal, `\"` the sign itself. */
  private readEscape(): Uint8Array {
    const code = this.chars.slice(this.at + 1, this.at + 4).join("");
    if (/^\d{3}$/.test(code) && Number(code) <= 255) {
      this.at += 4;
      return Uint8Array.of(Number(code));
    }
    const next = this.chars[this.at + 1];
    if (next === undefined || next === "\n") {
      this.entry.problem ??= "A backslash stands before nothing.";
      this.at++;
      return new Uint8Array();
    }
    this.at += 2;
    return encoder.encode(next);
  }
}

/** A zone file's entries as words: comments left out, brackets and escapes resolved (RFC 1035, section 5.1). */
export const readEntries = (text: string): Entry[] => new Reader(text).read();
