import { z } from "zod";
import { db } from "#lib/platform/db/client.ts";

/** Backups that are asked: some may have failed before anything was looked at. */
const BACK = 30;
const errorSchema = z.looseObject({ code: z.string() });

/** Whether the newest try to back these up that was stored, or failed with this code, failed with it. */
export async function wasRefused(policyIds: readonly string[], code: string): Promise<boolean> {
  const backups = await db().backup.findMany({
    where: { policyId: { in: [...policyIds] }, stepId: { not: null } },
    select: { stepId: true },
    orderBy: { startedAt: "desc" },
    take: BACK,
  });
  const attempts = await db().attempt.findMany({
    where: { stepId: { in: backups.flatMap(({ stepId }) => stepId ?? []) }, state: { in: ["succeeded", "failed"] } },
    select: { state: true, error: true },
    orderBy: { id: "desc" },
  });
  const telling = attempts.find(
    ({ state, error }) => state === "succeeded" || errorSchema.safeParse(error).data?.code === code,
  );
  return telling?.state === "failed";
}
