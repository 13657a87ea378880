import { randomBytes } from "node:crypto";
import type { OutputFrame, RunningExec } from "#lib/integrations/program/types.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { Compression } from "../constants.ts";
import { classifyClientError } from "./client-errors.ts";
import { PRESS, pressEnv, readPress } from "./compression.ts";
import { FORMATS, type FormatName } from "./formats.ts";
import type { RunProgram } from "./place.ts";
import { BUFFERED, GIVE_WAY, HAND_OUT, PASS_ON_ENV, PASS_ON_LAST } from "./shell.ts";
import type { StallWatch } from "./stall-watch.ts";

/**
 * Runs where the data is: say what it is compressed with, dump, compress there, and say at the end how each part ended. It then
 * waits to be told that everything has arrived, for the engine may lose the last bytes of a program that ended. Nothing flows until
 * it is told to begin, or the dump has ended by itself. When the reader goes away its input ends, and it ends itself. Its own few
 * bytes are kept in memory, not on a disk, wherever there is /dev/shm. All of it gives way to whatever else wants the processor
 * there. $1 is the mark; then the dump's own argv.
 */
const DUMP_SCRIPT = `
mark=$1; shift
${GIVE_WAY}
${PRESS}
printf '%s press=%s\\n' "$mark" "$press"
[ -n "$press" ] || exit 94
${PASS_ON_LAST}
${HAND_OUT}
${BUFFERED}
work=$(mktemp -d /dev/shm/seaworthy.XXXXXX 2>/dev/null || mktemp -d) || exit 90
trap 'rm -rf "$work"' EXIT
trap 'exit 91' TERM
mkfifo "$work/begin" && exec 5<&0 6<>"$work/begin" </dev/null || exit 92
{ while read -r word <&5; do [ "$word" = received ] && exit; echo >&6; done; kill -TERM 0; } &
reader=$!
{ buffered "$@"; echo $? >"$work/dump"; echo >&6; } | { read -r begin <&6; pass_on; } | { cd "$work"; TMP="$work" press; echo $? >"$work/press"; } | hand_out || echo 93 >"$work/press"
printf '\\n%s dump=%s press=%s bytes=%s last=%s\\n' "$mark" "$(cat "$work/dump")" "$(cat "$work/press")" \\
  "$(tr -dc 0-9 <"$work/total")" "$(base64 <"$work/last" | tr -d '\\n')"
wait $reader
`.trim();

const MARK_BYTES = 1_500;
const LAST_WORDS_MS = 2_000;

export interface DumpOptions {
  run: RunProgram;
  argv: string[];
  env: Record<string, string>;
  compression: Compression;
  format: FormatName;
  /** Exit codes of the dump that are good; those besides 0 are told to `onWarning`. */
  goodExits?: readonly number[];
  onMessage?: (data: Buffer) => void;
  onWarning?: (exitCode: number) => void;
  /** The program has ended, well or not, and everything of it has come. */
  onDumped?: () => void;
  /** Until it settles the dump waits, begun, with its first few bytes. */
  hold?: Promise<void>;
}

/** A dump on its way out of where the data is. */
export interface RunningDump {
  /** gzip where zstd was asked for and is not there. */
  compression: Compression;
  /** Everything before the end mark, compressed. Throws at its end unless every sign says that it is whole. Read once. */
  body: AsyncIterable<Uint8Array>;
  /** What was dumped, before compression. Known once `body` was read to its end. */
  dumped(): Dumped | undefined;
  close(): void;
}

interface Dumped {
  rawBytes: number;
  /** The last of them, TAIL_BYTES where there are so many. */
  last: Buffer;
}

export async function startDump(options: DumpOptions, signal: AbortSignal, watch?: StallWatch): Promise<RunningDump> {
  const mark = `SEAWORTHY-END-${randomBytes(16).toString("hex")}`;
  const exec = await options.run(
    {
      argv: ["sh", "-c", DUMP_SCRIPT, "dump", mark, ...options.argv],
      env: { ...options.env, ...PASS_ON_ENV, ...pressEnv(options.compression) },
    },
    signal,
  );
  const frames = exec.output[Symbol.asyncIterator]();
  try {
    watch?.waitFor("source");
    const head = await readHead(frames, mark);
    const compression = readPress(head.press, options.compression);
    const begin = () => exec.write("begin\n");
    (options.hold ?? Promise.resolve()).then(begin).catch(() => {}); // Where it cannot be told, its output ends.
    const output = follow(head.frames, frames);
    let end: End | undefined;
    const onEnd = (found: End) => {
      end = found;
    };
    return {
      compression,
      dumped: () => end,
      close: () => exec.close(),
      body: readWhole({ ...exec, output }, mark, { ...options, compression, onEnd }, signal, watch),
    };
  } catch (error) {
    exec.close();
    signal.throwIfAborted();
    throw error;
  }
}

type Frames = AsyncIterator<OutputFrame>;

/** What the script says first, and what came with it. */
async function readHead(frames: Frames, mark: string): Promise<{ press: string; frames: OutputFrame[] }> {
  const kept: OutputFrame[] = [];
  let text = Buffer.alloc(0);
  for (;;) {
    const { value, done } = await frames.next();
    if (done) throw cut("the stream ended before it began", kept.map(({ data }) => data.toString("utf8")).join(""));
    if (value.stream === "stderr") {
      kept.push(value);
      continue;
    }
    text = Buffer.concat([text, value.data]);
    const end = text.indexOf("\n");
    if (end === -1) continue;
    const press = new RegExp(`^${mark} press=(\\w*)$`).exec(text.toString("latin1", 0, end))?.[1];
    if (press === undefined) throw cut("it does not begin with its mark", text.toString("utf8", 0, end));
    return { press, frames: [...kept, { stream: "stdout", data: text.subarray(end + 1) }] };
  }
}

async function* follow(first: readonly OutputFrame[], rest: Frames): AsyncGenerator<OutputFrame> {
  yield* first;
  yield* { [Symbol.asyncIterator]: () => rest };
}

interface End extends Dumped {
  /** Exit codes. */
  dump: number;
  press: number;
}

async function* readWhole(
  exec: RunningExec,
  mark: string,
  options: DumpOptions & { onEnd(end: End): void },
  signal: AbortSignal,
  watch?: StallWatch,
): AsyncGenerator<Uint8Array> {
  const pieces = new Pieces();
  let messages = "";
  let end: End | undefined;
  let sizeBytes = 0;
  let patience: NodeJS.Timeout | undefined;
  try {
    watch?.waitFor("source");
    for await (const { stream, data } of exec.output) {
      watch?.waitFor("source");
      if (stream === "stderr") {
        messages = (messages + data.toString("utf8")).slice(-4_000);
        options.onMessage?.(data);
        continue;
      }
      if (end) continue;
      pieces.push(data);
      end = findEnd(pieces.tail(), mark);
      if (end) {
        options.onDumped?.();
        await exec.write("received\n");
      }
      // The last bytes are held back: they may be the end mark, or a part of it.
      for (const piece of end ? pieces.takeBefore(`\n${mark}`) : pieces.takeAllBut(MARK_BYTES)) {
        sizeBytes += piece.length;
        watch?.waitFor("target");
        yield piece;
        watch?.waitFor("source");
      }
      // What the programs complained of comes on a way of its own, maybe later: read until the stream ends, as it does once told.
      if (end) patience = setTimeout(() => exec.close(), LAST_WORDS_MS);
    }
  } catch (error) {
    if (!end) throw error;
  } finally {
    clearTimeout(patience);
    exec.close();
  }
  signal.throwIfAborted();
  if (!end) throw cut("the stream ended before the dump said it was done", messages);
  assertWhole(end, sizeBytes, messages.trim(), options);
  options.onEnd(end);
  watch?.waitFor("target");
}

/** What has come and was not given on yet. It is given on as it came: memory for copies of it costs more than the copying. */
class Pieces {
  #kept: Buffer[] = [];
  #length = 0;

  push(data: Buffer): void {
    this.#kept.push(data);
    this.#length += data.length;
  }

  /** The last bytes: all that is kept, where that may be needed to hold the mark. */
  tail(): Buffer {
    const last = this.#kept.at(-1);
    if (!last || last.length >= MARK_BYTES || last.at(-1) !== 0x0a) return last ?? Buffer.alloc(0);
    return Buffer.concat(this.#kept);
  }

  /** Pieces as they came, as long as so many bytes are left after them. */
  takeAllBut(bytes: number): Buffer[] {
    let count = 0;
    for (const piece of this.#kept) {
      if (this.#length - piece.length < bytes) break;
      this.#length -= piece.length;
      count += 1;
    }
    return this.#kept.splice(0, count);
  }

  takeBefore(mark: string): Buffer[] {
    const all = Buffer.concat(this.#kept);
    this.#kept = [];
    this.#length = 0;
    const before = all.subarray(0, all.lastIndexOf(mark));
    return before.length > 0 ? [before] : [];
  }
}

function findEnd(tail: Buffer, mark: string): End | undefined {
  if (tail.at(-1) !== 0x0a) return undefined;
  const at = tail.lastIndexOf(`\n${mark}`);
  if (at === -1) return undefined;
  const found = /dump=(\d+) press=(\d+) bytes=(\d*) last=(\S*)\n$/.exec(tail.subarray(at).toString("latin1"));
  if (!found) return undefined;
  const [dump = -1, press = -1, rawBytes = 0] = found.slice(1, 4).map(Number);
  return { dump, press, rawBytes, last: Buffer.from(found[4] ?? "", "base64") };
}

const cut = (how: string, messages: string) =>
  new AppError({
    code: "backups.dump_cut",
    message: `The dump was cut off: ${how}.`,
    advice: "It is tried again by itself. Nothing of it was kept.",
    detail: messages.trim(),
    retry: "retry",
  });

/** The gate before an object gets its name: everything that must be true of a whole dump. Throws with what is not. */
export function assertWhole(
  end: End,
  sizeBytes: number,
  messages: string,
  options: Pick<DumpOptions, "goodExits" | "compression" | "format" | "onWarning">,
): void {
  const { goodExits = [0], compression } = options;
  const format = FORMATS[options.format];
  const problem = !goodExits.includes(end.dump)
    ? `the dump program ended with exit code ${end.dump}`
    : end.press !== 0
      ? `${compression} ended with exit code ${end.press}`
      : !format.ends(end.last)
        ? "its last line is not the one a complete dump ends with"
        : !format.mayBeEmpty && (sizeBytes === 0 || end.last.length === 0)
          ? "it is empty"
          : undefined;
  if (!problem) {
    if (end.dump !== 0) options.onWarning?.(end.dump);
    return;
  }
  throw new AppError({
    code: "backups.dump_failed",
    message: `The dump failed: ${problem}.`,
    advice: "What the program said is below. Nothing of the dump was kept.",
    detail: messages,
    retry: classifyClientError(messages),
  });
}
