import { randomBytes } from "node:crypto";
import { AppError } from "#lib/platform/errors.ts";
import type { Compression } from "../constants.ts";
import { cutValues } from "../dump/client-errors.ts";
import type { RunProgram } from "../dump/place.ts";
import { GIVE_WAY, PASS_ON_ENV, PASS_ON_LAST } from "../dump/shell.ts";
import { NO_MEMORY, NO_ROOM } from "./no-room.ts";

/** Of a decoder whose input could not be kept. */
const NOT_KEPT = 95;

/**
 * Decompresses where the data goes and feeds a program ($@), counting what comes out and keeping its last words. A program
 * that gives up early does not end the decompression: whether the stored bytes are whole is always found out. Without a program
 * nobody waits for what comes out: it gives way to others. lrzip cannot read from a pipe: its input is kept in the work folder,
 * which is in memory where $TMPDIR is.
 */
const DECODE_SCRIPT = `
mark=$1 how=$2 keep=$3; shift 3
work=$(mktemp -d) || exit 90
trap 'rm -rf "$work"' EXIT
${PASS_ON_LAST}
decode() {
  case $how in
    zstd) zstd -q -dc ;;
    gzip) gzip -dc ;;
    lrzip) cat >"$work/in.lrz" || { rm "$work/in.lrz"; return ${NOT_KEPT}; }; lrzip -Q -d -o - "$work/in.lrz" ;;
    *) cat ;;
  esac
}
take() { if [ "$keep" = yes ]; then "$@"; else "$@" >/dev/null; fi; }
if [ $# = 0 ]; then
  ${GIVE_WAY}
  { decode; echo $? >"$work/decoder"; } | pass_on >/dev/null
  echo 0 >"$work/client"
else
  { decode; echo $? >"$work/decoder"; } | { pass_on; cat >/dev/null; } | { take "$@"; echo $? >"$work/client"; }
fi
printf '\\n%s decoder=%s client=%s bytes=%s last=%s\\n' "$mark" "$(cat "$work/decoder")" "$(cat "$work/client")" \\
  "$(tr -dc 0-9 <"$work/total")" "$(base64 <"$work/last" | tr -d '\\n')"
`.trim();

/** The end mark with what follows it is shorter than this. */
const MARK_BYTES = 1_500;
const KEPT_MESSAGES = 4_000;

/** An unprivileged user of any container: a dump is somebody else's data. */
export const NOBODY = "65534:65534";

export interface DecodeOptions {
  /** Gets the decoded bytes on its standard input; empty: they are only read. */
  argv: string[];
  env?: Record<string, string>;
  user?: string;
  compression: Compression;
  /** Decrypted, still compressed. */
  body: AsyncIterable<Uint8Array>;
  /** So many stored bytes were handed over. */
  onBytes?: (read: number) => void;
  /** What the program prints; without it that is thrown away. */
  onOutput?: (data: Buffer) => void;
}

export interface DecodeResult {
  decoderExit: number;
  clientExit: number;
  /** After decompression, as far as the program read. */
  rawBytes: number;
  /** The last 400 bytes of what came out, as far as the program read. */
  tail: Buffer;
  /** The last whole lines of what was said on standard error, without the values of rows. */
  messages: string;
  durationMs: number;
}

/** A decoder that was started, and waits for what it is given. */
export interface RunningDecode {
  /** Resolves when it can take more. A shell that is gone closes its end: that its mark never came is said by `finish`. */
  write(chunk: Uint8Array): Promise<void>;
  /** That was all of it. Throws when nobody can say how it went. */
  finish(): Promise<DecodeResult>;
  /** Rejects as soon as nobody can. */
  over: Promise<unknown>;
  close(): void;
}

export async function startDecode(
  run: RunProgram,
  options: Omit<DecodeOptions, "body" | "onBytes">,
  signal: AbortSignal,
): Promise<RunningDecode> {
  const started = performance.now();
  const mark = `SEAWORTHY-END-${randomBytes(16).toString("hex")}`;
  const keep = options.onOutput ? "yes" : "no";
  const exec = await run(
    {
      argv: ["sh", "-c", DECODE_SCRIPT, "decode", mark, options.compression, keep, ...options.argv],
      env: { HOME: "/tmp", ...PASS_ON_ENV, ...options.env },
      ...(options.user ? { user: options.user } : {}),
    },
    signal,
  );
  const over = collect(exec.output, mark, options.onOutput);
  over.catch(() => {}); // Seen by the one who finishes.
  let open = true;
  return {
    over,
    close: () => exec.close(),
    write: async (chunk) => {
      if (open) open = await exec.write(chunk).then(...SETTLED);
    },
    finish: async () => {
      exec.end();
      const output = await over;
      signal.throwIfAborted();
      return { ...readResult(output, options), durationMs: performance.now() - started };
    },
  };
}

/** Reads the body to its end once, whatever the program makes of it: its hash is taken of all. */
export async function decodeInto(
  run: RunProgram,
  { body, onBytes, ...options }: DecodeOptions,
  signal: AbortSignal,
): Promise<DecodeResult> {
  const decode = await startDecode(run, options, signal);
  const feed = async () => {
    let read = 0;
    for await (const chunk of body) {
      read += chunk.length;
      onBytes?.(read);
      await decode.write(chunk);
    }
    return decode.finish();
  };
  try {
    const [result] = await Promise.all([feed(), decode.over]);
    return result;
  } finally {
    decode.close();
  }
}

/** No such program, or it may not be run: nothing was learned about the bytes. */
const CANNOT_RUN = new Set([126, 127]);
/** It did not end itself. */
const SIGNALLED = 128;

function readResult(
  { end, messages }: { end: string; messages: string },
  { argv, compression }: Pick<DecodeOptions, "argv" | "compression">,
): Omit<DecodeResult, "durationMs"> {
  const found = END.exec(end);
  if (!found) throw cut(messages);
  const [decoderExit = -1, clientExit = -1, rawBytes = 0] = found.slice(1, 4).map(Number);
  if (CANNOT_RUN.has(decoderExit)) throw noDecoder(compression, messages);
  if (CANNOT_RUN.has(clientExit)) throw noProgram(argv[0] ?? "", messages);
  if (decoderExit === NOT_KEPT || (decoderExit !== 0 && NO_ROOM.test(messages))) throw noRoom(compression, messages);
  if (decoderExit >= SIGNALLED || (decoderExit !== 0 && NO_MEMORY.test(messages))) throw killed(compression, messages);
  return {
    decoderExit,
    clientExit,
    rawBytes,
    tail: Buffer.from(found[4] ?? "", "base64"),
    messages: messages.trim(),
  };
}

const END = /decoder=(\d+) client=(\d+) bytes=(\d*) last=(\S*)\n$/;
const SETTLED = [() => true, () => false] as const;

async function collect(
  output: AsyncIterable<{ stream: "stdout" | "stderr"; data: Buffer }>,
  mark: string,
  onOutput: DecodeOptions["onOutput"],
): Promise<{ end: string; messages: string }> {
  let tail: Buffer = Buffer.alloc(0);
  let messages = "";
  let isCut = false;
  for await (const { stream, data } of output) {
    if (stream === "stderr") {
      messages += data.toString("utf8");
      isCut ||= messages.length > KEPT_MESSAGES;
      messages = messages.slice(-KEPT_MESSAGES);
      continue;
    }
    tail = Buffer.concat([tail, data]);
    const safe = tail.length - MARK_BYTES;
    if (safe <= 0) continue;
    onOutput?.(tail.subarray(0, safe));
    tail = Buffer.from(tail.subarray(safe));
  }
  const at = tail.lastIndexOf(`\n${mark}`);
  if (at > 0) onOutput?.(tail.subarray(0, at));
  return {
    end: at === -1 ? "" : tail.subarray(at).toString("latin1"),
    messages: cutValues(isCut ? wholeLines(messages) : messages),
  };
}

/** Of the last words without their beginning: half a line says something else than the whole. */
export const wholeLines = (messages: string): string => {
  const at = messages.indexOf("\n");
  return at === -1 ? "" : messages.slice(at + 1);
};

const cut = (messages: string) =>
  new AppError({
    code: "backups.proof_cut",
    message: "The program that reads the backup ended before it said how it went.",
    advice: "Nothing was found out about the backup. It is tried again by itself.",
    detail: messages.trim(),
    retry: "retry",
  });

const noRoom = (compression: Compression, messages: string) =>
  new AppError({
    code: "backups.scratch_full",
    message: `There is no room for what ${compression} unpacks.`,
    advice: "This says nothing about the backup. Make room where it is unpacked, or raise BACKUP_SCRATCH_MEMORY_MB.",
    detail: messages.trim(),
    retry: "retry",
  });

const killed = (compression: Compression, messages: string) =>
  new AppError({
    code: "backups.scratch_died",
    message: `${compression} was ended while it unpacked the backup, or had no memory for it.`,
    advice: "This says nothing about the backup. Raise BACKUP_SCRATCH_MEMORY_MB if it happens again.",
    detail: messages.trim(),
    retry: "retry",
  });

const noProgram = (program: string, messages: string) =>
  new AppError({
    code: "backups.no_program",
    message: `The image that proves the backup cannot run ${program}.`,
    advice: "Nothing was found out about the backup. Look whether the image has the database's own client programs.",
    detail: messages.trim(),
    retry: "needs_person",
  });

const noDecoder = (compression: Compression, messages: string) =>
  new AppError({
    code: "backups.no_decoder",
    message: `The image that proves the backup has no ${compression}.`,
    advice: `Use an image with ${compression} in it, or another compression for this policy.`,
    detail: messages.trim(),
    retry: "needs_person",
  });
