import { createHash, randomUUID } from "node:crypto";
import { startExec } from "#lib/integrations/docker/exec.ts";
import { readAll } from "#lib/integrations/object-store/testing/contract.ts";
import { finishExec } from "#lib/integrations/program/finish.ts";
import { startProgram } from "#lib/integrations/programs/run.ts";
import { db } from "#lib/platform/db/client.ts";
import { manifestKey } from "../dump/paths.ts";
import { type Manifest, manifestSchema } from "../schema/manifest.ts";
import { openTarget } from "../targets/open-target.ts";
import type { BackupWorld } from "../testing.ts";

const signal = () => AbortSignal.timeout(60_000);

/** What the panel calls a backup: what people would rely on. */
export const listGood = (policyId: string) =>
  db().backup.findMany({
    where: { policyId, removedAt: null, state: { in: ["stored", "verified"] } },
    orderBy: { startedAt: "asc" },
  });

export interface GoodPoints {
  /** Restores every good point that was not restored before, and looks that the others are untouched. Returns what is wrong. */
  findLies(): Promise<string[]>;
  /** How many were good at the last look. */
  count: number;
}

/** Looks, with other programs than the panel's, whether what it calls good can be restored, row for row. MariaDB, zstd. */
export function watchGoodPoints(world: BackupWorld): GoodPoints {
  const restored = new Map<string, string>();
  const watch: GoodPoints = {
    count: 0,
    findLies: async () => {
      const lies: string[] = [];
      const rows = await listGood(world.policyId);
      for (const row of rows) {
        try {
          const before = restored.get(row.id);
          const bytes = await readStored(row.targetId, row.key);
          const hash = createHash("sha256").update(bytes.object).digest("hex");
          if (before === undefined) await restore(world, bytes);
          if (before !== undefined && before !== hash) throw new Error("it was changed since it was restored");
          restored.set(row.id, hash);
        } catch (error) {
          lies.push(`${row.key}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
      for (const id of restored.keys()) if (!rows.some((row) => row.id === id)) lies.push(`${id} is not good any more`);
      watch.count = rows.length;
      return lies;
    },
  };
  return watch;
}

async function readStored(targetId: string, key: string): Promise<{ manifest: Manifest; object: Buffer }> {
  const store = await openTarget(targetId);
  try {
    const read = async (name: string) => Buffer.from(await readAll(store.get(name, signal())));
    const manifest = manifestSchema.parse(JSON.parse((await read(manifestKey(key))).toString()));
    return { manifest, object: await read(manifest.parts[0]?.key ?? "") };
  } finally {
    await store.close();
  }
}

async function restore(world: BackupWorld, { manifest, object }: { manifest: Manifest; object: Buffer }) {
  const unpacking = await startProgram({ argv: ["zstd", "-q", "-dc"] }, signal());
  const pieces: Buffer[] = [];
  const reading = (async () => {
    for await (const { stream, data } of unpacking.output) if (stream === "stdout") pieces.push(data);
  })();
  await unpacking.write(object);
  unpacking.end();
  await reading;
  if ((await unpacking.exitCode()) !== 0) throw new Error("zstd refuses it");
  const database = `again_${randomUUID().slice(0, 8)}`;
  await world.sql(`CREATE DATABASE ${database}`);
  try {
    const argv = ["mariadb", "-uroot", database];
    const client = await startExec(world.containerId, { argv, env: { MYSQL_PWD: world.login.password } }, signal());
    const said = await finishExec(client, Buffer.concat(pieces).toString("utf8"));
    if (said.exitCode !== 0) throw new Error(said.stderr);
    for (const [table, sum] of Object.entries(manifest.checksums)) {
      const found = (await world.sql(`CHECKSUM TABLE ${database}.${table}`)).split("\t").at(-1);
      if (found !== sum) throw new Error(`${table} has the checksum ${found} instead of ${sum}`);
    }
    for (const [table, [rows]] of Object.entries(manifest.counts)) {
      const found = Number(await world.sql(`SELECT COUNT(*) FROM ${database}.${table}`));
      if (found !== rows) throw new Error(`${table} has ${found} rows instead of ${rows}`);
    }
  } finally {
    await world.sql(`DROP DATABASE ${database}`);
  }
}
