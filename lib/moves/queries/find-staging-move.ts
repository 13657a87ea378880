import type { Tx } from "#lib/platform/db/client.ts";
import { conflict } from "#lib/platform/errors.ts";
import { STAGING } from "#lib/releases/constants.ts";
import { ENVIRONMENT } from "#lib/services/naming.ts";
import { MOVE_KEYS } from "../constants.ts";
import type { NewMove } from "../schema/move.ts";

/** Whether production has to wait for staging to have moved to that host; a text says why, null: it need not. */
export async function findMissingStaging(
  tx: Tx,
  { name, serviceId }: { name: string; serviceId: string },
  toHost: string,
): Promise<string | null> {
  if (name !== ENVIRONMENT) return null;
  const staging = await tx.environment.findUnique({
    where: { serviceId_name: { serviceId, name: STAGING } },
    select: { currentId: true },
  });
  if (!staging?.currentId) return null;
  const moves = await tx.move.findMany({
    where: { serviceId, environment: STAGING, toHost, runId: { not: null } },
    select: { runId: true },
  });
  const moved = await tx.run.findFirst({
    where: { id: { in: moves.flatMap(({ runId }) => runId ?? []) }, checklistKey: MOVE_KEYS.move, state: "succeeded" },
    select: { id: true },
  });
  return moved ? null : `Staging has not moved to ${toHost} yet.`;
}

/** Staging first: the reason somebody gave for not doing so, or null when it was done. Refused without either. */
export async function findStagingMove(
  tx: Tx,
  environment: { name: string; serviceId: string },
  { toHost, stagingWaiver }: Pick<NewMove, "toHost" | "stagingWaiver">,
): Promise<string | null> {
  const missing = await findMissingStaging(tx, environment, toHost);
  if (missing === null) return null;
  if (stagingWaiver) return stagingWaiver;
  throw conflict(
    "moves.staging_first",
    missing,
    "Move staging first, which shows whether it goes smoothly, or say why production does not wait for it.",
  );
}
