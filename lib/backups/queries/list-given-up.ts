import { db, Prisma } from "#lib/platform/db/client.ts";

/** Steps that are to go on by themselves: what their last try stored may be whole, and the next one looks for it. */
const GOES_ON = ["blocked", "ready", "running"];

/** Backups that came to nothing and are tried no more. Whatever lies in the folder of one was left there, and is no backup. */
export async function listGivenUp(targetId: string, isAsked: (key: string) => boolean) {
  const failed = await db().backup.findMany({
    where: { targetId, state: { in: ["failed", "missed"] }, removedAt: null, manifest: { equals: Prisma.DbNull } },
    select: { key: true, stepId: true },
  });
  const asked = failed.filter(({ key }) => isAsked(key));
  const steps = await db().step.findMany({
    where: { id: { in: asked.flatMap(({ stepId }) => stepId ?? []) }, state: { in: GOES_ON } },
    select: { id: true },
  });
  const goOn = new Set(steps.map(({ id }) => id));
  return asked.filter(({ stepId }) => stepId === null || !goOn.has(stepId));
}
