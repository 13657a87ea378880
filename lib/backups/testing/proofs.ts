import { listContainerNames } from "#lib/integrations/docker/containers.ts";
import { listVolumeNames } from "#lib/integrations/docker/volumes.ts";
import { db } from "#lib/platform/db/client.ts";
import type { TestContext } from "#lib/steps/testing/context.ts";
import { SCRATCH_LABEL } from "../prove/scratch-container.ts";
import { backupsTake, type TakeBackupOutput } from "../steps/take.ts";
import { backupsVerify, type VerifyBackupOutput } from "../steps/verify.ts";
import type { BackupWorld } from "../testing.ts";

const soon = () => AbortSignal.timeout(60_000);

export async function takePoint(world: BackupWorld): Promise<string> {
  const output = (await backupsTake.apply(world.input, world.context().ctx)) as TakeBackupOutput;
  return output.backupId;
}

export const verifyPoint = (world: BackupWorld, backupId: string, test: TestContext = world.context()) =>
  backupsVerify.apply({ policy: world.input.policy, which: { backupId } }, test.ctx) as Promise<VerifyBackupOutput>;

export const readPoint = (id: string) =>
  db().backup.findUniqueOrThrow({ where: { id }, include: { verifications: { orderBy: { createdAt: "asc" } } } });

/** Everything throw-away of one step that is still there. */
export async function listLeft({ ctx }: TestContext): Promise<string[]> {
  const labels = [`${SCRATCH_LABEL}=${ctx.step.id}`];
  return [...(await listContainerNames(labels, soon())), ...(await listVolumeNames(labels, soon()))];
}
