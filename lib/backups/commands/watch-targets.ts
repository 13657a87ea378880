import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { TARGET_IN_USE } from "../queries/find-target.ts";
import { tell } from "./tell-backup.ts";

/** A check is tried again meanwhile: what does not last that long is nobody's concern. */
const LASTS_MS = 10 * 60_000;

/** A target in use that fails: who looks after data and the panel is told once, until it works again. Returns the runs that are new. */
export async function watchTargets(now: Date = new Date()): Promise<number[]> {
  const failing = await db().backupTarget.findMany({
    where: { ...TARGET_IN_USE, state: "failing", failingSince: { lte: new Date(now.getTime() - LASTS_MS) } },
    select: { id: true, name: true, failingSince: true },
  });
  const told: number[] = [];
  for (const { id, name, failingSince } of failing) {
    if (!failingSince) continue;
    const runs = await transaction((tx) =>
      tell(
        tx,
        { service: null, environment: "production", name },
        {
          template: "target-failing",
          key: `${id}:${failingSince.getTime()}`,
          title: `Mail that the target ${name} is failing`,
          input: { targetId: id, since: failingSince.toISOString() },
        },
      ),
    );
    for (const runId of runs) await ringRun(runId);
    told.push(...runs);
  }
  return told;
}
