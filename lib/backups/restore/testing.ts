import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createPerson, type Person } from "#lib/access/testing/people.ts";
import { db } from "#lib/platform/db/client.ts";
import { storeSecret } from "#lib/secrets/commands.ts";
import type { TestContext, TestContextOptions } from "#lib/steps/testing/context.ts";
import { testWorld } from "#local/test-world.ts";
import { startRestore } from "../commands/start-restore.ts";
import { OWN_DISK_TARGET, type TargetKind } from "../constants.ts";
import type { RestoreInput } from "../schema/restore.ts";
import type { RestoreStepInput } from "../schema/steps.ts";
import type { TargetConfig } from "../schema/target.ts";
import { backupsTake } from "../steps/take.ts";
import { targetSecretName } from "../targets/secret-name.ts";
import type { BackupWorld } from "../testing.ts";

/** A place of that kind in the world: the panel's own folder, a bucket, another host. */
export async function addTarget(kind: TargetKind): Promise<string> {
  if (kind === "disk") return OWN_DISK_TARGET;
  const { s3, ssh } = testWorld().world;
  const prefix = `restore-${randomUUID().slice(0, 8)}`;
  const { endpoint, region, bucket, accessKeyId } = s3;
  const config: TargetConfig =
    kind === "s3"
      ? {
          ...{ kind, endpoint, region, bucket, prefix, accessKeyId },
          ...{ pathStyle: true, checksums: false, conditionalWrites: true },
        }
      : {
          kind,
          host: ssh.host,
          port: ssh.port,
          user: ssh.user,
          folder: `${ssh.folder}/${prefix}`,
          hostKey: ssh.hostKey,
        };
  const secret = kind === "s3" ? s3.secretAccessKey : readFileSync(ssh.privateKeyFile, "utf8");
  const id = randomUUID();
  await db().backupTarget.create({ data: { id, name: prefix, kind, config } });
  await storeSecret(db(), { name: targetSecretName(id), value: secret, serviceId: null });
  return id;
}

/** A backup of the world's data as it is now. */
export async function takePoint(world: BackupWorld): Promise<string> {
  const output = await backupsTake.apply(world.input, world.context().ctx);
  const { backupId } = output as { backupId: string };
  return backupId;
}

export interface AskedRestore {
  restoreId: string;
  runId: number;
  input: RestoreStepInput;
  destination: string;
  context(options?: TestContextOptions): TestContext;
}

export const createDba = (): Promise<Person> => createPerson({ name: "Dana Dba", roles: ["dba"] });

/** A restore asked for as a database administrator does; its steps are run by the test. */
export async function askRestore(
  world: BackupWorld,
  backupId: string,
  input: Partial<RestoreInput> = {},
): Promise<AskedRestore> {
  const dba = await createDba();
  const { restoreId, runId } = await startRestore(dba.actor, backupId, {
    serviceName: world.service.name,
    environment: "production",
    mode: "beside",
    only: [],
    mask: false,
    identity: null,
    confirm: input.mode === "swap" ? world.service.name : null,
    ...input,
  });
  // The step is called by the test, not by a worker: the data is free for the next one.
  await db().run.update({ where: { id: runId }, data: { state: "succeeded", exclusiveKey: null } });
  const row = await db().restore.findUniqueOrThrow({ where: { id: restoreId }, include: { service: true } });
  const service = { id: row.serviceId ?? "", name: row.service?.name ?? "" };
  return {
    ...{ restoreId, runId, destination: row.destination, input: { restoreId, policy: world.input.policy } },
    context: (options) => world.context({ service, environment: row.environment, ...options }),
  };
}
