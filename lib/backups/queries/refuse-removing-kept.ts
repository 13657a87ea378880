import { db, type Tx } from "#lib/platform/db/client.ts";
import { conflict } from "#lib/platform/errors.ts";
import { isDatabaseSource } from "../restore/database-entry.ts";
import { swapProgressSchema } from "../restore/exchange.ts";
import type { BackupSource } from "../schema/source.ts";
import { sourceKey } from "../sources/source-key.ts";
import { listPolicyRows } from "./find-policy.ts";
import { refuseHalfSwapped } from "./refuse-half-swapped.ts";

/** A restore as far as what its swap keeps goes. */
interface Swapped {
  serviceId: string;
  state: string;
  previous: string | null;
  swappedAt: Date | null;
  /** The living data. */
  source: BackupSource;
}

/**
 * Refuses to remove what a swap keeps unless it is what somebody confirmed, nobody works with it or is on the way back to it, and the
 * data as it became has a proven backup of its own: until then it may be the only good copy.
 */
export async function refuseRemovingKept(swapped: Swapped, confirmed: string, tx: Tx = db()): Promise<void> {
  const { state, previous, source } = swapped;
  if (state !== "swapped" || previous !== confirmed)
    throw conflict(
      "backups.not_kept",
      `What lived before is not kept as ${confirmed} any more.`,
      "Look at the restore as it is now.",
    );
  await refuseHalfSwapped(source, tx);
  await refuseGoingBack(swapped.serviceId, confirmed, tx);
  await refuseInUse(swapped, confirmed, tx);
  await refuseUnproven(swapped, tx);
}

/** An undo that has begun ends first: it may be copying from here, or have put this back already. */
async function refuseGoingBack(serviceId: string, kept: string, tx: Tx): Promise<void> {
  const row = await tx.resource.findFirst({
    where: { serviceId, stepName: "backups.swap", name: kept, state: { not: "gone" } },
    select: { attributes: true, step: { select: { runId: true } } },
  });
  if (!row || !swapProgressSchema.safeParse(row.attributes).data?.back) return;
  throw conflict(
    "backups.going_back",
    `Undoing run ${row.step.runId} has begun to bring ${kept} back.`,
    `Undo run ${row.step.runId} to its end.`,
  );
}

/** Its name is made by the panel and says when; whoever took it for living data since has a policy for it, or restored into it. */
async function refuseInUse({ serviceId, source }: Swapped, kept: string, tx: Tx): Promise<void> {
  const key = sourceKey(
    isDatabaseSource(source) ? { ...source, databaseName: kept } : { kind: "files", path: kept, exclude: [] },
  );
  const policies = await listPolicyRows({ serviceId }, tx);
  const isLiving = [source, ...policies.map((policy) => policy.source)].some((one) => sourceKey(one) === key);
  const restored = await tx.restore.count({ where: { serviceId, destination: kept, state: { not: "removed" } } });
  if (isLiving || restored > 0) throw conflict("backups.in_use", `${kept} is somebody's living data, or a restore's.`);
}

async function refuseUnproven({ serviceId, swappedAt, source }: Swapped, tx: Tx): Promise<void> {
  const key = sourceKey(source);
  const proven =
    swappedAt === null
      ? []
      : await tx.$queryRaw<{ id: string }[]>`
          SELECT id FROM Backup
           WHERE serviceId = ${serviceId} AND startedAt > ${swappedAt}
             AND state = 'verified' AND removedAt IS NULL AND missingAt IS NULL
             AND JSON_VALUE(manifest, '$.sourceKey') = ${key} LIMIT 1`;
  if (proven.length > 0) return;
  throw conflict(
    "backups.nothing_newer",
    "No backup taken since the swap has been restored to prove it: what is kept may be the only other copy.",
    "Back the data up now. Once that backup is proven, remove what is kept.",
  );
}
