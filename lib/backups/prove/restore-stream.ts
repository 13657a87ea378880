import { createHash } from "node:crypto";
import { readChunks } from "#lib/integrations/disk/files.ts";
import { runExec, startExec } from "#lib/integrations/docker/exec.ts";
import type { DatabaseEngine } from "../engines/types.ts";
import type { Scratch } from "./scratch.ts";

/** Decompresses in the container and feeds the client, counting what came out. $@ is the client's own argv. */
const RESTORE_SCRIPT = `
work=$(mktemp -d) || exit 90
trap 'rm -rf "$work"' EXIT
mkfifo "$work/pipe" || exit 92
wc -c <"$work/pipe" >"$work/bytes" &
counter=$!
{ zstd -q -dc; echo $? >"$work/zstd"; } | tee "$work/pipe" | { "$@" >/dev/null; echo $? >"$work/client"; }
wait $counter
printf 'zstd=%s client=%s bytes=%s\\n' "$(cat "$work/zstd")" "$(cat "$work/client")" "$(tr -dc 0-9 <"$work/bytes")"
`.trim();

/** An unprivileged user of the container: a dump is somebody else's data. */
const NOBODY = "65534:65534";

export interface RestoreResult {
  sha256: string;
  zstdExit: number;
  clientExit: number;
  rawBytes: number;
  messages: string;
  durationMs: number;
}

/** Reads the stored file once: its hash, what comes out of it, and whether a database takes that. */
export async function restoreInto(
  scratch: Scratch,
  engine: DatabaseEngine,
  path: string,
  signal: AbortSignal,
  onBytes: (read: number) => void = () => {},
): Promise<RestoreResult> {
  const started = performance.now();
  const login = scratch.restorer;
  const sandbox = await supportsSandbox(scratch, engine, signal);
  const exec = await startExec(
    scratch.containerId,
    {
      argv: ["sh", "-c", RESTORE_SCRIPT, "restore", ...engine.scratch.restoreArgv(login, { sandbox })],
      env: { [engine.passwordVariable]: login.password, HOME: "/tmp" },
      user: NOBODY,
    },
    signal,
  );
  const hash = createHash("sha256");
  const feed = async () => {
    let read = 0;
    let open = true;
    for await (const chunk of readChunks(path, signal)) {
      hash.update(chunk);
      read += chunk.length;
      onBytes(read);
      // A client that gave up closes its end; its exit code says why. The hash is still taken of the whole file.
      if (open) open = await exec.write(chunk).then(...SETTLED);
    }
    exec.end();
  };
  try {
    const [output] = await Promise.all([collect(exec.output), feed()]);
    signal.throwIfAborted();
    const found = /zstd=(\d+) client=(\d+) bytes=(\d+)/.exec(output.stdout);
    const [zstdExit, clientExit, rawBytes] = found ? found.slice(1).map(Number) : [-1, await exec.exitCode(), 0];
    return {
      sha256: hash.digest("hex"),
      zstdExit: zstdExit ?? -1,
      clientExit: clientExit ?? -1,
      rawBytes: rawBytes ?? 0,
      messages: output.stderr.trim().slice(-4_000),
      durationMs: performance.now() - started,
    };
  } finally {
    exec.close();
  }
}

const SETTLED = [() => true, () => false] as const;

async function collect(output: AsyncIterable<{ stream: "stdout" | "stderr"; data: Buffer }>) {
  const text = { stdout: "", stderr: "" };
  for await (const { stream, data } of output) text[stream] = (text[stream] + data.toString("utf8")).slice(-8_000);
  return text;
}

/** Newer clients can be told to refuse every command that touches anything but the connection. */
async function supportsSandbox(scratch: Scratch, engine: DatabaseEngine, signal: AbortSignal): Promise<boolean> {
  const [client = ""] = engine.scratch.restoreArgv(scratch.restorer, { sandbox: false });
  if (client !== "mariadb") return false;
  const help = await runExec(scratch.containerId, { argv: [client, "--no-defaults", "--help"], user: NOBODY }, signal);
  return help.stdout.includes("--sandbox");
}
