import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { rememberUser } from "#lib/access/commands/remember-user.ts";
import type { UserActor } from "#lib/access/types.ts";
import { createTarget } from "#lib/backups/commands/save-target.ts";
import { listTargets } from "#lib/backups/queries/list-targets.ts";
import type { TargetInput } from "#lib/backups/schema/target.ts";
import { closeDb } from "#lib/platform/db/client.ts";
import { closeSql } from "#lib/platform/db/sql.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { closeRedis } from "#lib/platform/redis.ts";
import { closeBells } from "#lib/runs/bells.ts";
import { ACCOUNTS, attributesOf, emailOf } from "./idp/accounts.ts";
import { readRunningWorld, type WorldFile } from "./world-file.ts";

/** The demo's administrator, as at her first sign-in: what a person may do is asked of a person. */
async function findAdministrator({ world }: WorldFile): Promise<UserActor> {
  const account = ACCOUNTS.find(({ groups }) => groups.includes("seaworthy-admins"));
  if (!account) throw new Error("The demo has no administrator.");
  const attributes = new Map(Object.entries(attributesOf(account)).map(([name, value]) => [name, [value].flat()]));
  const identity = {
    ...{ issuer: `${world.idpUrl}/metadata`, nameId: emailOf(account), attributes },
    ...{ nameIdFormat: null, sessionIndex: null, sessionEndsAt: null, assertionId: "", usableUntil: new Date() },
  };
  const { user } = await transaction((tx) => rememberUser(tx, identity, ["admin"]));
  const { id, email, displayName: name } = user;
  return { kind: "user", id, name, email, roles: ["admin"], via: "token", sessionId: "", requestId: "demo" };
}

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
  const administrator = await findAdministrator(world);
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
