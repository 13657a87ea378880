import { createHash, randomUUID } from "node:crypto";
import { startExec } from "#lib/integrations/docker/exec.ts";
import { readAll } from "#lib/integrations/object-store/testing/contract.ts";
import { startProgram } from "#lib/integrations/programs/run.ts";
import { db } from "#lib/platform/db/client.ts";
import { manifestKey } from "../dump/paths.ts";
import { type Manifest, manifestSchema } from "../schema/manifest.ts";
import { openTarget } from "../targets/open-target.ts";
import type { BackupWorld } from "../testing.ts";

const signal = () => AbortSignal.timeout(60_000);

/** What the panel calls a backup: what people would rely on. Oldest first. */
export const listGood = (policyId: string) =>
  db().backup.findMany({
    where: { policyId, removedAt: null, missingAt: null, state: { in: ["stored", "verified"] } },
    orderBy: { startedAt: "asc" },
  });

export const listGoodIds = async (policyId: string) => (await listGood(policyId)).map(({ id }) => id);

export interface GoodPoints {
  /** Restores every good point that was not restored before, and looks that the others are untouched. Returns what is wrong. */
  findLies(): Promise<string[]>;
  /** All but these may be gone from now on. */
  expectOnly(ids: readonly string[]): void;
}

/** Looks, with other programs than the panel's, whether what it calls good can be restored, row for row. zstd. */
export function watchGoodPoints(world: BackupWorld): GoodPoints {
  const restored = new Map<string, string>();
  return {
    expectOnly: (ids) => {
      for (const id of restored.keys()) if (!ids.includes(id)) restored.delete(id);
    },
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
      return lies;
    },
  };
}

interface StoredBytes {
  manifest: Manifest;
  object: Buffer;
}

async function readStored(targetId: string, key: string): Promise<StoredBytes> {
  const store = await openTarget(targetId);
  try {
    const read = async (name: string) => Buffer.from(await readAll(store.get(name, signal())));
    const manifest = manifestSchema.parse(JSON.parse((await read(manifestKey(key))).toString()));
    return { manifest, object: await read(manifest.parts[0]?.key ?? "") };
  } finally {
    await store.close();
  }
}

async function unpack(object: Buffer): Promise<Buffer> {
  const unpacking = await startProgram({ argv: ["zstd", "-q", "-dc"] }, signal());
  const pieces: Buffer[] = [];
  const reading = (async () => {
    for await (const { stream, data } of unpacking.output) if (stream === "stdout") pieces.push(data);
  })();
  await unpacking.write(object);
  unpacking.end();
  await reading;
  if ((await unpacking.exitCode()) !== 0) throw new Error("zstd refuses it");
  return Buffer.concat(pieces);
}

async function restore(world: BackupWorld, stored: StoredBytes): Promise<void> {
  const dump = await unpack(stored.object);
  const database = `again_${randomUUID().slice(0, 8)}`;
  await world.sql(`CREATE DATABASE ${database}`);
  try {
    await (world.source.kind === "postgresql" ? comparePostgresql : compareMariadb)(
      world,
      database,
      stored.manifest,
      dump,
    );
  } finally {
    await world.sql(`DROP DATABASE ${database}`);
  }
}

async function load(world: BackupWorld, argv: string[], variable: string, dump: Buffer): Promise<void> {
  const client = await startExec(world.containerId, { argv, env: { [variable]: world.login.password } }, signal());
  let said = "";
  const reading = (async () => {
    for await (const { data } of client.output) said += data.toString();
  })();
  await client.write(dump);
  client.end();
  await reading;
  if ((await client.exitCode()) !== 0) throw new Error(said);
}

type Compare = (world: BackupWorld, database: string, manifest: Manifest, dump: Buffer) => Promise<void>;

const compareMariadb: Compare = async (world, database, manifest, dump) => {
  await load(world, ["mariadb", "-uroot", database], "MYSQL_PWD", dump);
  for (const [table, sum] of Object.entries(manifest.checksums)) {
    const found = (await world.sql(`CHECKSUM TABLE ${database}.${table}`)).split("\t").at(-1);
    if (found !== sum) throw new Error(`${table} has the checksum ${found} instead of ${sum}`);
  }
  for (const [table, [rows]] of Object.entries(manifest.counts)) {
    const found = Number(await world.sql(`SELECT COUNT(*) FROM ${database}.${table}`));
    if (found !== rows) throw new Error(`${table} has ${found} rows instead of ${rows}`);
  }
};

/** With what lives now, which has not changed since: its own manifest's sums are the panel's. */
const comparePostgresql: Compare = async (world, database, manifest, dump) => {
  const argv = ["pg_restore", "--exit-on-error", "--host=127.0.0.1", "--username=notes", `--dbname=${database}`];
  await load(world, argv, "PGPASSWORD", dump);
  for (const [table, [rows]] of Object.entries(manifest.counts)) {
    const ask = `SELECT COUNT(*) || ' ' || md5(string_agg(t::text, '|' ORDER BY t::text)) FROM ${table} t`;
    const [living, found] = [await world.sql(ask), await world.sql(`\\c ${database}\n${ask}`)];
    if (found !== living || !found.startsWith(`${rows} `))
      throw new Error(`${table} has ${found} instead of ${living}`);
  }
};
