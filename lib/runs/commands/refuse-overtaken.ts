import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import { conflict } from "#lib/platform/errors.ts";
import type { LockedRun } from "./lock-run.ts";

/**
 * Refuses to let an old run go on when the world it was made for is gone: what it made was undone, and its names may be another
 * service's by now; or a later run has provisioned the service from newer answers, which this one would put back; or it went back from this move, and people write on the old host.
 */
export async function refuseOvertaken(tx: Tx, run: LockedRun): Promise<void> {
  if (run.mode !== "apply") return;
  const undo = await tx.run.findFirst({
    where: { undoesRunId: run.id },
    select: { id: true },
    orderBy: { id: "desc" },
  });
  if (undo)
    throw conflict(
      "runs.undone",
      `Run ${undo.id} has taken away what this run made.`,
      "Start a new run; this one stays as its record.",
    );
  if (run.checklistKey === "move") await refuseGoneBack(tx, run);
  if (run.draftId === null || run.serviceId === null) return;
  const later = await findLater(tx, run);
  if (later)
    throw conflict(
      "runs.overtaken",
      `Run ${later.id} has worked from newer answers since.`,
      "Go on there; this run would put old answers back.",
    );
}

/** What a move copied is old as soon as the old place may have been written to again. */
async function refuseGoneBack(tx: Tx, { id, serviceId, environment }: LockedRun): Promise<void> {
  const back = await tx.run.findFirst({
    where: { mode: "apply", serviceId, environment, checklistKey: "move-back", id: { gt: id } },
    select: { id: true },
    orderBy: { id: "desc" },
  });
  if (back) throw conflict("runs.overtaken", `Run ${back.id} went back from this move.`, "Plan the move anew.");
}

/** The newest run of the same checklist for the same service that came after this one. */
function findLater(tx: Tx, run: Pick<LockedRun, "id" | "serviceId" | "checklistKey">, more: Prisma.RunWhereInput = {}) {
  return tx.run.findFirst({
    where: {
      mode: "apply",
      serviceId: run.serviceId,
      checklistKey: run.checklistKey,
      draftId: { not: null },
      id: { gt: run.id },
      ...more,
    },
    select: { id: true },
    orderBy: { id: "desc" },
  });
}

/** Whether what a run made is a live service, or one whose end has begun: its end asks whoever depends on it, which no undo does. */
export async function isOfLiveService(
  tx: Tx,
  { checklistKey, serviceId }: Pick<LockedRun, "checklistKey" | "serviceId">,
): Promise<boolean> {
  if (checklistKey !== "provision" || serviceId === null) return false;
  const service = await tx.service.findUnique({ where: { id: serviceId }, select: { state: true } });
  return service?.state === "live" || service?.state === "decommissioning";
}

/** Refuses to take a live service away piece by piece. */
export async function refuseUndoOfLive(tx: Tx, run: LockedRun): Promise<void> {
  if (await isOfLiveService(tx, run))
    throw conflict(
      "runs.live",
      "What this run made is a live service.",
      "Decommission it on the service's page: that asks whoever depends on it, and backs it up.",
    );
}

/**
 * Refuses to undo a swap once somebody removes what it kept, or has: nothing would come back, and the backup that its run took
 * before would go.
 */
export async function refuseUndoOfGivenUp(tx: Tx, { id: runId }: Pick<LockedRun, "id">): Promise<void> {
  const restore = await tx.restore.findFirst({
    where: { runId, givenUpAt: { not: null } },
    select: { previous: true },
  });
  if (!restore) return;
  throw conflict(
    "backups.nothing_kept",
    restore.previous === null
      ? "What lived before this swap was removed, so there is nothing to go back to."
      : `The removal of ${restore.previous} has begun, so there is nothing to go back to.`,
    "Restore another point into its place.",
  );
}

/** Refuses to take away what a later run found there, uses and so did not make itself: the newest is undone first. */
export async function refuseUndoBeneath(
  tx: Tx,
  run: Pick<LockedRun, "id" | "serviceId" | "checklistKey" | "draftId">,
): Promise<void> {
  if (run.draftId === null || run.serviceId === null) return;
  const later = await findLater(tx, run, { steps: { some: { resources: { some: { state: { not: "gone" } } } } } });
  if (later)
    throw conflict(
      "runs.built_upon",
      `Run ${later.id} builds on what this run made.`,
      `Undo run ${later.id} first, then this one.`,
    );
}
