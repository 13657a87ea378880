import { setTimeout as delay } from "node:timers/promises";
import type { RunningExec } from "#lib/integrations/program/types.ts";
import { AppError } from "#lib/platform/errors.ts";
import { formatBytes, formatCount, formatDuration, plural } from "#lib/platform/format.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { type Comparison, compareCounts, sayAgreement } from "../dump/counts.ts";
import { runToEnd } from "../dump/place.ts";
import { redis } from "../engines/redis.ts";
import type { Counts } from "../schema/manifest.ts";
import { decodeInto, NOBODY } from "./decode-stream.ts";
import { Disproved } from "./disproved.ts";
import { assertHadRoom } from "./no-room.ts";
import { PartReader } from "./part-reader.ts";
import { type Findings, findPart, type ProofJob } from "./proof-job.ts";
import { type RunningScratch, scratchMemory, withScratchContainer } from "./scratch-container.ts";

const FOLDER = "/tmp";
const SOCKET = `${FOLDER}/redis.sock`;
const LOAD_MS = 30 * 60_000;
/** Stays while programs are run in it: the server starts only once its file is there. */
const WAIT = { entrypoint: ["sleep"], command: ["86400"] };

/** A server of the same image loads the file, as it would after a restart, and is asked how many keys it has. */
export async function proveRedis(job: ProofJob, image: string, findings: Findings, ctx: StepContext): Promise<void> {
  const { manifest } = job;
  const part = findPart(manifest, "dump");
  if (!part) throw new Disproved("hash", "its manifest names no file of the server");
  const room = scratchMemory() / 2;
  const fits = !job.onDisk && (job.rawBytes ?? part.sizeBytes * 10) < room;
  const options = { image, env: {}, ...WAIT, ...(fits ? { tmpfs: { [FOLDER]: room } } : {}) };
  ctx.log.info(`Loading it into a throw-away server of ${image}`);
  await withScratchContainer(ctx, "", options, async (scratch) => {
    const reader = new PartReader(job, ctx);
    const began = performance.now();
    const write = { argv: ["sh", "-c", 'cat >"$1"', "write", `${FOLDER}/dump.rdb`], user: NOBODY };
    const result = await reader.read(part, (stream) => decodeInto(scratch.run, { ...write, ...stream }, ctx.signal));
    reader.conclude(findings);
    if (result.clientExit !== 0) {
      await assertHadRoom(scratch.containerId, result, ctx.signal);
      throw new Error(`The file could not be written: ${result.messages}`);
    }
    await loadAndCount(scratch, { manifest: manifest.counts, rawBytes: result.rawBytes, began }, findings, ctx);
  });
}

const SERVER_ARGV = redis.serveArgv([
  ...["--port", "0", "--unixsocket", SOCKET, "--dir", FOLDER, "--dbfilename", "dump.rdb"],
  // Nothing is written back, and nothing is thrown away for want of memory.
  ...["--save", "", "--appendonly", "no", "--maxmemory", "0"],
]);

const NO_MODULE = /contains (?:AUX )?module data I can't load/;

const noModule = (words: string) =>
  new AppError({
    code: "backups.no_module",
    message: "Some of its keys are of a module that the throw-away server does not have.",
    advice: "This says nothing about the backup. Use an image that has its modules in /usr/local/lib/redis/modules.",
    detail: words.slice(-2_000),
    retry: "needs_person",
  });

async function loadAndCount(
  scratch: RunningScratch,
  { manifest, rawBytes, began }: { manifest: Counts; rawBytes: number; began: number },
  findings: Findings,
  ctx: StepContext,
): Promise<void> {
  const server = await scratch.run({ argv: SERVER_ARGV, user: NOBODY }, ctx.signal);
  const words = readWords(server);
  try {
    const found = await waitUntilLoaded(scratch, words, ctx);
    if (!found) {
      await assertHadRoom(scratch.containerId, { clientExit: 0, messages: words.text }, ctx.signal);
      if (NO_MODULE.test(words.text)) throw noModule(words.text);
      throw new Disproved("restore", "the server refused to load it", { detail: words.text.slice(-2_000) });
    }
    const took = performance.now() - began;
    findings.good(
      "restore",
      `A server of the same image loaded ${formatBytes(rawBytes)} in ${formatDuration(took)}.`,
      took,
    );
    const expired = Number(/keys expired: (\d+)/.exec(words.text)?.[1] ?? 0);
    const { differences, told } = compareKeys(manifest, found, expired);
    const keys = [...found.values()].reduce((sum, one) => sum + one, 0);
    const details = { keys, expired, databases: found.size, differences, told };
    if (differences.length > 0)
      throw new Disproved("counts", "the loaded server holds other keys than the one that was backed up", {
        detail: differences.join("\n"),
        details,
      });
    const summary = `${formatCount(keys)} keys in ${plural(found.size, "database")}, ${sayAgreement({ counts: manifest, counting: "range" }, told)}${expired ? `; ${formatCount(expired)} have expired since` : ""}.`;
    findings.good("counts", summary, performance.now() - began - took, details);
    ctx.log.info(summary);
  } finally {
    server.close();
  }
}

/** A key whose time is over is not loaded again: so many may be missing. */
export function compareKeys(counted: Counts, found: ReadonlyMap<string, number>, expired: number): Comparison {
  const counts: Counts = {};
  for (const [name, [low, high]] of Object.entries(counted)) counts[name] = [Math.max(0, low - expired), high];
  const loaded = Object.fromEntries([...found].map(([name, keys]) => [name, [keys, keys] as [number, number]]));
  const { differences, told } = compareCounts({ counts, counting: "range" }, loaded, "keys");
  // The server says of all databases together how many have expired: they may be all that one had, whatever was counted around the dump.
  return expired > 0 ? { differences: [], told: [...differences, ...told] } : { differences, told };
}

function readWords(server: RunningExec): { text: string; over: boolean } {
  const words = { text: "", over: false };
  void (async () => {
    for await (const { data } of server.output) words.text = (words.text + data.toString("utf8")).slice(-20_000);
  })()
    .catch(() => {})
    .finally(() => {
      words.over = true;
    });
  return words;
}

/** Keys of each database once everything is loaded; null when the server ended instead. */
async function waitUntilLoaded(
  { run }: RunningScratch,
  words: { over: boolean },
  { signal }: StepContext,
): Promise<Map<string, number> | null> {
  const deadline = Date.now() + LOAD_MS;
  for (let pause = 50; Date.now() < deadline && !words.over; pause = Math.min(pause * 1.3, 1_000)) {
    const { stdout } = await runToEnd(run, { argv: ["redis-cli", "-s", SOCKET, "INFO"], user: NOBODY }, signal);
    if (/^loading:0\r?$/m.test(stdout)) {
      const found = stdout.matchAll(/^(db\d+):keys=(\d+)/gm);
      return new Map([...found].map(([, name = "", keys]) => [name, Number(keys)]));
    }
    await delay(pause, undefined, { signal });
  }
  return null;
}
