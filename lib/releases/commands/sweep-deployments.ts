import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { toAppError } from "#lib/platform/errors.ts";
import { logger } from "#lib/platform/logger.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { MOVING_STATES, OPEN_STATES } from "../constants.ts";
import { findDeployment } from "../queries/find-deployment.ts";
import { isApproved, TOO_FEW } from "../queries/judge-decision.ts";
import { sealNowOf } from "../queries/seal-now.ts";
import { closeDeployment, explainDrift } from "./close-deployment.ts";
import { lockDeployment } from "./lock-deployment.ts";
import { startDeployment } from "./start-deployment.ts";
import { RELEASES, tellDeployment } from "./tell-deployment.ts";

const BATCH = 200;
const DAY_MS = 86_400_000;

/** Each on its own: one that cannot be handled keeps no other waiting. */
async function forEach(ids: readonly { id: string }[], what: string, work: (id: string) => Promise<void>) {
  for (const { id } of ids)
    await work(id).catch((error: unknown) =>
      logger.warn({ deploymentId: id, error: toAppError(error).message }, `${what} failed`),
    );
}

/** Ends what waited for approvals, or approved for its start, longer than it may. */
export async function expireDeployments(now: Date = new Date()): Promise<void> {
  const late = await db().deployment.findMany({
    where: { state: { in: [...OPEN_STATES] }, expiresAt: { lte: now } },
    orderBy: { expiresAt: "asc" },
    take: BATCH,
    select: { id: true },
  });
  await forEach(late, "expiry of a deployment", (id) =>
    transaction(async (tx) => {
      const row = await lockDeployment(tx, id);
      if (!(OPEN_STATES as readonly string[]).includes(row.state) || row.expiresAt > now) return;
      const outcome =
        row.state === "proposed"
          ? "Too few people had approved it in time."
          : "It was approved, and not started in time.";
      await closeDeployment(tx, RELEASES, row, "expired", outcome, now);
    }),
  );
}

/** Starts what is approved, in the order of its approval, once its time has come, the calendar allows and nothing else is under way. */
export async function startApproved(now: Date = new Date()): Promise<number[]> {
  const due = await db().deployment.findMany({
    where: {
      ...{ state: { in: ["approved", "scheduled"] }, runId: null, expiresAt: { gt: now } },
      OR: [{ startAt: null }, { startAt: { lte: now } }],
      environment: { deployments: { none: { state: { in: [...MOVING_STATES] } } } },
    },
    orderBy: [{ approvedAt: "asc" }, { id: "asc" }],
    take: BATCH,
    select: { id: true },
  });
  const runs: number[] = [];
  await forEach(due, "start of a deployment", async (id) => {
    const started = await transaction((tx) => startDeployment(tx, RELEASES, id, now));
    if (!started.ok) return;
    runs.push(started.runId);
    await ringRun(started.runId);
  });
  return runs;
}

let cursor = "";

/**
 * Voids what is planned for later and is not what was approved any more, so that who planned it hears of it before its time. A batch
 * a call; what changes because something is under way there is looked at when that has ended.
 */
export async function voidDrifted(now: Date = new Date()): Promise<void> {
  const waiting = await db().deployment.findMany({
    where: {
      ...{ id: { gt: cursor }, state: { in: ["approved", "scheduled"] }, needed: { gt: 0 }, kind: "release" },
      environment: { deployments: { none: { state: { in: [...MOVING_STATES] } } } },
    },
    orderBy: { id: "asc" },
    take: BATCH,
    select: { id: true },
  });
  cursor = waiting.length < BATCH ? "" : (waiting.at(-1)?.id ?? "");
  await forEach(waiting, "look at a planned deployment", async (id) => {
    const seen = await findDeployment(id);
    if ((await sealNowOf(db(), seen)).seal === seen.seal && isApproved(seen)) return;
    await transaction(async (tx) => {
      const row = await lockDeployment(tx, id);
      if (row.state !== "approved" && row.state !== "scheduled") return;
      const { seal, targetState } = await sealNowOf(tx, row);
      const why = seal !== row.seal ? explainDrift(row, targetState) : isApproved(row) ? null : TOO_FEW;
      if (why) await closeDeployment(tx, RELEASES, row, "void", why, now);
    });
  });
}

/** Tells managers, once a day, of what was done without approval and nobody else has looked at. */
export async function watchReviews(now: Date = new Date()): Promise<void> {
  const late = await db().deployment.findMany({
    where: { reviewedAt: null, reviewDueAt: { lte: now } },
    orderBy: { reviewDueAt: "asc" },
    take: BATCH,
    select: { id: true },
  });
  await forEach(late, "word about a review", (id) =>
    transaction(async (tx) => {
      const row = await lockDeployment(tx, id);
      if (row.reviewedAt || !row.reviewDueAt || row.reviewDueAt > now) return;
      const days = Math.floor((now.getTime() - row.reviewDueAt.getTime()) / DAY_MS);
      await tellDeployment(tx, row, "review-overdue", `day-${days}`);
    }),
  );
}
