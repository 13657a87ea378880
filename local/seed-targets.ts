import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createTarget } from "#lib/backups/commands/save-target.ts";
import { listTargets } from "#lib/backups/queries/list-targets.ts";
import type { TargetInput } from "#lib/backups/schema/target.ts";
import { closeDb } from "#lib/platform/db/client.ts";
import { closeSql } from "#lib/platform/db/sql.ts";
import { closeRedis } from "#lib/platform/redis.ts";
import { closeBells } from "#lib/runs/bells.ts";
import { findPerson } from "./demo-people.ts";
import { readRunningWorld, type WorldFile } from "./world-file.ts";

/** The world's bucket and host as targets, made as a person makes them; each is checked by a run. */
function describeTargets({ world }: WorldFile): TargetInput[] {
  const { secretAccessKey, ...bucket } = world.s3;
  const { privateKeyFile, ...host } = world.ssh;
  return [
    {
      name: "Bucket",
      config: { kind: "s3", ...bucket, prefix: "panel", pathStyle: true, checksums: false, conditionalWrites: true },
      secret: secretAccessKey,
    },
    { name: "Backup host", config: { kind: "ssh", ...host }, secret: readFileSync(privateKeyFile, "utf8") },
  ];
}

/** Puts the world's places for backups into the panel's database; safe to run again. Returns what was added. */
export async function seedTargets(world: WorldFile): Promise<string[]> {
  const administrator = await findPerson(world, "ada");
  const present = new Set((await listTargets(administrator)).targets.map(({ name }) => name));
  const missing = describeTargets(world).filter(({ name }) => !present.has(name));
  for (const target of missing) await createTarget(administrator, target);
  return missing.map(({ name }) => name);
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { dir: { type: "string", default: ".local" } } });
  const world = readRunningWorld(values.dir);
  if (!world) throw new Error(`No world runs on ${values.dir}.`);
  const added = await seedTargets(world);
  console.log(added.length > 0 ? `Added ${added.join(", ")}.` : "Every target is there.");
  await closeBells();
  await closeRedis();
  await closeSql();
  await closeDb();
}
