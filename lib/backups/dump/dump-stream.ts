import { randomBytes } from "node:crypto";
import type { PartialFile } from "#lib/integrations/disk/files.ts";
import { type RunningExec, startExec } from "#lib/integrations/docker/exec.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { DatabaseEngine, Login } from "../engines/types.ts";
import { classifyClientError } from "./client-errors.ts";

/**
 * Runs in the database's container: dump, compress there, and say at the end how each part ended. It then waits to be told
 * that everything has arrived, for the engine may lose the last bytes of a program that ended. When the reader goes away
 * its input ends, and it ends itself. $1 is the mark; the rest is the dump's own argv.
 */
const DUMP_SCRIPT = `
mark=$1; shift
work=$(mktemp -d) || exit 90
trap 'rm -rf "$work"' EXIT
trap 'exit 91' TERM
exec 5<&0 </dev/null
{ read -r answer <&5 || kill -TERM 0; } &
reader=$!
mkfifo "$work/pipe" || exit 92
tail -c 400 <"$work/pipe" >"$work/last" &
tailer=$!
{ "$@"; echo $? >"$work/dump"; } | tee "$work/pipe" | { zstd -q -3 -c; echo $? >"$work/zstd"; }
wait $tailer
printf '\\n%s dump=%s zstd=%s last=%s\\n' "$mark" "$(cat "$work/dump")" "$(cat "$work/zstd")" "$(base64 <"$work/last" | tr -d '\\n')"
wait $reader
`.trim();

const MARK_BYTES = 1_500;
const STALL_MS = 15 * 60_000;

export interface DumpResult {
  dumpExit: number;
  zstdExit: number;
  /** The last characters of the uncompressed dump. */
  lastWords: string;
  /** What the programs said on standard error. */
  messages: string;
}

export interface DumpOptions {
  containerId: string;
  engine: DatabaseEngine;
  login: Login;
  snapshot: string | null;
  onBytes?: (sizeBytes: number) => void;
  onMessage?: (data: Buffer) => void;
}

/** A dump on its way out of a container. */
export interface RunningDump {
  /** Writes it to the file; resolves when every byte before the end mark is written. The file is not committed here. */
  saveTo(file: PartialFile): Promise<DumpResult>;
  close(): void;
}

export async function startDump(options: DumpOptions, signal: AbortSignal): Promise<RunningDump> {
  const { engine, login } = options;
  const mark = `SEAWORTHY-END-${randomBytes(16).toString("hex")}`;
  const exec = await startExec(
    options.containerId,
    {
      argv: ["sh", "-c", DUMP_SCRIPT, "dump", mark, ...engine.dumpArgv(login, options.snapshot)],
      env: { [engine.passwordVariable]: login.password },
    },
    signal,
  );
  return { close: () => exec.close(), saveTo: (file) => save(exec, mark, file, options, signal) };
}

async function save(
  exec: RunningExec,
  mark: string,
  file: PartialFile,
  options: DumpOptions,
  signal: AbortSignal,
): Promise<DumpResult> {
  let tail: Buffer = Buffer.alloc(0);
  let messages = "";
  let end: { dump: number; zstd: number; last: string } | undefined;
  let stalled = false;
  let timer: NodeJS.Timeout | undefined;
  const rewind = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      stalled = true;
      exec.close();
    }, STALL_MS);
  };
  try {
    rewind();
    for await (const { stream, data } of exec.output) {
      rewind();
      if (stream === "stderr") {
        messages = (messages + data.toString("utf8")).slice(-4_000);
        options.onMessage?.(data);
        continue;
      }
      // The last bytes are held back: they may be the end mark, or a part of it.
      tail = Buffer.concat([tail, data]);
      const safe = tail.length - MARK_BYTES;
      if (safe > 0) {
        await file.write(tail.subarray(0, safe));
        tail = Buffer.from(tail.subarray(safe));
        options.onBytes?.(file.sizeBytes);
      }
      end = findEnd(tail, mark);
      if (!end) continue;
      await file.write(tail.subarray(0, tail.lastIndexOf(`\n${mark}`)));
      await exec.write("received\n");
      break;
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!stalled) throw error;
  } finally {
    clearTimeout(timer);
    exec.close();
  }
  signal.throwIfAborted();
  if (stalled) throw cut("nothing came for 15 minutes", messages);
  if (!end) throw cut("the stream ended before the dump said it was done", messages);
  return { dumpExit: end.dump, zstdExit: end.zstd, lastWords: end.last, messages: messages.trim() };
}

function findEnd(tail: Buffer, mark: string): { dump: number; zstd: number; last: string } | undefined {
  if (tail.at(-1) !== 0x0a) return undefined;
  const at = tail.lastIndexOf(`\n${mark}`);
  if (at === -1) return undefined;
  const found = /dump=(\d+) zstd=(\d+) last=(\S*)\n$/.exec(tail.subarray(at).toString("latin1"));
  if (!found) return undefined;
  return {
    dump: Number(found[1]),
    zstd: Number(found[2]),
    last: Buffer.from(found[3] ?? "", "base64").toString("utf8"),
  };
}

const cut = (how: string, messages: string) =>
  new AppError({
    code: "backups.dump_cut",
    message: `The dump was cut off: ${how}.`,
    advice: "It is tried again by itself. Nothing of it was kept.",
    detail: messages.trim(),
    retry: "retry",
  });

/** The gate before a file gets its name: everything that must be true of a whole dump. Throws with what is not. */
export function assertWholeDump(result: DumpResult, engine: DatabaseEngine, sizeBytes: number): void {
  const problem =
    result.dumpExit !== 0
      ? `the dump program ended with exit code ${result.dumpExit}`
      : result.zstdExit !== 0
        ? `zstd ended with exit code ${result.zstdExit}`
        : engine.trailer && !engine.trailer.test(result.lastWords)
          ? "its last line is not the one a complete dump ends with"
          : sizeBytes === 0
            ? "it is empty"
            : undefined;
  if (!problem) return;
  throw new AppError({
    code: "backups.dump_failed",
    message: `The dump failed: ${problem}.`,
    advice: "What the program said is below. Nothing of the dump was kept.",
    detail: result.messages,
    retry: classifyClientError(result.messages),
  });
}
