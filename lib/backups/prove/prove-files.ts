import { formatBytes, formatCount, formatDuration } from "#lib/platform/format.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { runToEnd } from "../dump/place.ts";
import type { Manifest } from "../schema/manifest.ts";
import { HASH_ONE } from "../sources/store-folder.ts";
import { decodeInto, NOBODY } from "./decode-stream.ts";
import { Disproved } from "./disproved.ts";
import { assertHadRoom } from "./no-room.ts";
import { PartReader } from "./part-reader.ts";
import { type Findings, findPart, type ProofJob } from "./proof-job.ts";
import { assertScratchLives, type RunningScratch, scratchMemory, withScratchContainer } from "./scratch-container.ts";

const FOLDER = "/seaworthy";
const WAIT = { entrypoint: ["sleep"], command: ["86400"] };

/** Unpacks without keeping: folders and links are made in memory, a file's content is hashed and gone. */
const UNPACK = `mkdir -p "$1/tree" && cd "$1/tree" && exec tar -x -f - --no-same-owner --to-command="sh $1/hash-file" >"$1/found"`;

const COMPARE = `
cd "$1" || exit 90
LC_ALL=C sort list >list.sorted && LC_ALL=C sort found >found.sorted || exit 91
printf 'list=%s found=%s sha256=%s\\n' "$(wc -l <list)" "$(wc -l <found)" "$(sha256sum <list | cut -c1-64)"
LC_ALL=C comm -23 list.sorted found.sorted | head -100 | sed 's/^/-/'
LC_ALL=C comm -13 list.sorted found.sorted | head -100 | sed 's/^/+/'
`.trim();

/** Unpacks the archive in a throw-away container and compares the SHA-256 of every file with the list taken when it was packed. */
export async function proveFiles(job: ProofJob, image: string, findings: Findings, ctx: StepContext): Promise<void> {
  const { manifest } = job;
  const archive = findPart(manifest, "files");
  const list = findPart(manifest, "list");
  if (!archive || !list) throw new Disproved("hash", "its manifest names no archive with a list of its files");
  const room = scratchMemory() / 2;
  const options = { image, env: {}, ...WAIT, tmpfs: { [FOLDER]: room } };
  // lrzip wants its input as a file: in memory where that fits beside the lists.
  const env = { LC_ALL: "C", ...(archive.sizeBytes < room / 2 ? { TMPDIR: FOLDER } : {}) };
  ctx.log.info(`Unpacking it in a throw-away container of ${image}`);
  await withScratchContainer(ctx, "", options, async (scratch) => {
    const write = (name: string) => ["sh", "-c", 'cat >"$1"', "write", `${FOLDER}/${name}`];
    await runToEnd(scratch.run, { argv: write("hash-file"), user: NOBODY, input: HASH_ONE }, ctx.signal);
    const reader = new PartReader(job, ctx);
    const listed = await reader.read(list, (stream) =>
      decodeInto(scratch.run, { argv: write("list"), user: NOBODY, ...stream }, ctx.signal),
    );
    if (listed.clientExit !== 0) await refuse(scratch, listed.messages, ctx);
    const argv = ["sh", "-c", UNPACK, "unpack", FOLDER];
    const result = await reader.read(archive, (stream) =>
      decodeInto(scratch.run, { argv, env, user: NOBODY, ...stream }, ctx.signal),
    );
    reader.conclude(findings);
    if (result.messages) ctx.log.output("stderr", `${result.messages}\n`);
    if (result.clientExit !== 0 && !onlyDevices(result.messages)) {
      await assertHadRoom(scratch.containerId, result, ctx.signal);
      throw new Disproved("restore", `tar refused it with exit code ${result.clientExit}`, { detail: result.messages });
    }
    const size = formatBytes(result.rawBytes);
    const took = formatDuration(result.durationMs);
    findings.good("restore", `Unpacked ${size} in ${took}, to its end.`, result.durationMs, { exitCode: 0 });
    await compareFiles(manifest, scratch, findings, ctx);
  });
}

/** Nobody may make a device or a pipe for a device here; everything else was unpacked. */
export function onlyDevices(messages: string): boolean {
  const lines = messages.split("\n").filter((line) => line !== "");
  return lines.length > 0 && lines.every((line) => /Cannot mknod|Exiting with failure status/.test(line));
}

async function refuse(scratch: RunningScratch, messages: string, ctx: StepContext): Promise<never> {
  await assertScratchLives(scratch.containerId, ctx.signal);
  throw new Error(`The throw-away container has no room for the list of files: ${messages}`);
}

async function compareFiles(
  manifest: Manifest,
  scratch: RunningScratch,
  findings: Findings,
  ctx: StepContext,
): Promise<void> {
  const began = performance.now();
  const compared = await runToEnd(
    scratch.run,
    { argv: ["sh", "-c", COMPARE, "compare", FOLDER], user: NOBODY },
    ctx.signal,
  );
  const head = /^list=(\d+) found=(\d+) sha256=([0-9a-f]{64})$/m.exec(compared.stdout);
  if (compared.exitCode !== 0 || !head) return refuse(scratch, compared.stderr, ctx);
  const [, listed, found, sha256] = head;
  const lines = compared.stdout.split("\n").slice(1);
  const differences = nameDifferences(lines);
  const [low, high] = manifest.counts.files ?? [Number(listed), Number(listed)];
  if (Number(found) < low || Number(found) > high) differences.unshift(`${found} files instead of ${low}`);
  const expected = manifest.checksums.files;
  if (expected && expected !== sha256) differences.unshift("the list of files is another than when they were packed");
  const details = { files: Number(found), differences };
  if (differences.length > 0)
    throw new Disproved("counts", "the unpacked files are other than the ones that were packed", {
      detail: differences.join("\n"),
      details,
    });
  const summary = `${formatCount(Number(found))} files, each with the SHA-256 it had when it was packed.`;
  findings.good("counts", summary, performance.now() - began, details);
  ctx.log.info(summary);
}

/** "-hash  name" is in the list only, "+hash  name" in the archive only; one that is in both was changed. */
function nameDifferences(lines: readonly string[]): string[] {
  const names = (sign: string) =>
    new Set(lines.filter((line) => line.startsWith(sign)).map((line) => line.replace(/^.\\?[0-9a-f]{64} {2}/, "")));
  const listed = names("-");
  const found = names("+");
  return [
    ...[...listed].map((name) => (found.has(name) ? `${name} has other content` : `${name} is missing`)),
    ...[...found].filter((name) => !listed.has(name)).map((name) => `${name} was not packed but is there`),
  ];
}
