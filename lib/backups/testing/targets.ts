import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { S3StoreOptions } from "#lib/integrations/s3/client.ts";
import { db } from "#lib/platform/db/client.ts";
import { storeSecret } from "#lib/secrets/commands.ts";
import { testWorld } from "#local/test-world.ts";
import type { TargetKind } from "../constants.ts";
import type { TargetConfig } from "../schema/target.ts";
import { targetSecretName } from "../targets/secret-name.ts";

/** A target of the test's own in the world's bucket, on its host, or on the disk. */
export function describeTarget(kind: TargetKind): { config: TargetConfig; secret: string | null } {
  const { s3, ssh } = testWorld().world;
  if (kind === "disk")
    return { config: { kind, folder: mkdtempSync(join(tmpdir(), "seaworthy-target-")) }, secret: null };
  if (kind === "s3") {
    const { secretAccessKey, ...place } = s3;
    const how = { pathStyle: true, checksums: false, conditionalWrites: true };
    return { config: { kind, ...place, prefix: `test-${randomUUID()}`, ...how }, secret: secretAccessKey };
  }
  const { privateKeyFile, ...place } = ssh;
  const folder = join(ssh.folder, `test-${randomUUID()}`);
  mkdirSync(folder, { recursive: true });
  return { config: { kind, ...place, folder }, secret: readFileSync(privateKeyFile, "utf8") };
}

/** A bucket of a server that the test started. */
export function addBucket(options: S3StoreOptions): Promise<string> {
  const { secretAccessKey, stallMs: _, partBytes: __, pageKeys: ___, ...place } = options;
  return addTarget("s3", { config: { kind: "s3", ...place }, secret: secretAccessKey });
}

export async function addTarget(kind: TargetKind, described = describeTarget(kind)): Promise<string> {
  const { config, secret } = described;
  const id = randomUUID();
  await db().backupTarget.create({ data: { id, name: `${kind} ${id.slice(0, 8)}`, kind, config } });
  if (secret !== null) await storeSecret(db(), { name: targetSecretName(id), value: secret, serviceId: null });
  return id;
}
