import { authorize, may } from "#lib/access/policy.ts";
import type { Actor, UserActor } from "#lib/access/types.ts";
import { db, type Prisma, type Tx } from "#lib/platform/db/client.ts";
import { whereFor, whereOpen } from "#lib/runs/queries/item-filter.ts";
import { RUN_LINK, toRunLink } from "#lib/runs/queries/run-link.ts";
import type { HomeView } from "../types.ts";
import { listOpenDrafts } from "./read-draft.ts";
import { readHealth } from "./read-health.ts";

const STEPS_SHOWN = 50;
const RUNS_SHOWN = 50;
const FAILED_SHOWN = 10;
const DRAFTS_SHOWN = 10;
const ACTIVE = ["pending", "running", "waiting", "cancelling"];
const NAME = { select: { name: true } } as const;

/** A step of the panel's own that met what only a person can mend. */
const STUCK: Prisma.StepWhereInput = {
  state: "needs_person",
  name: { not: "manual" },
  run: { state: { in: ["running", "waiting"] } },
};

async function readWaitingSteps(tx: Tx, actor: UserActor) {
  const now = new Date();
  const steps = await tx.step.findMany({
    where: { OR: [{ AND: [whereOpen(now), whereFor(actor)] }, ...(may(actor, "runs.confirmStep").ok ? [STUCK] : [])] },
    orderBy: { readyAt: "asc" },
    take: STEPS_SHOWN,
    select: {
      id: true,
      key: true,
      title: true,
      role: true,
      readyAt: true,
      dueBy: true,
      claimedById: true,
      confirmById: true,
      run: { select: { ...RUN_LINK, service: NAME } },
    },
  });
  const dueOf = ({ dueBy }: { dueBy: Date | null }) => dueBy?.getTime() ?? Number.MAX_SAFE_INTEGER;
  return steps
    .toSorted((a, b) => dueOf(a) - dueOf(b))
    .map((step) => ({
      stepId: step.id,
      stepKey: step.key,
      title: step.title,
      role: step.role,
      readyAt: step.readyAt?.toISOString() ?? null,
      dueBy: step.dueBy?.toISOString() ?? null,
      isMine: step.claimedById === actor.id || step.confirmById === actor.id,
      run: toRunLink(step.run),
      service: step.run.service?.name ?? null,
    }));
}

/** Failed runs the reader started and nobody has dealt with: no later run of the same kind, and not undone. */
async function readFailedRuns(tx: Tx, actor: UserActor) {
  const failed = await tx.run.findMany({
    where: { requestedById: actor.id, state: "failed", mode: { in: ["apply", "undo"] } },
    orderBy: { id: "desc" },
    take: FAILED_SHOWN * 3,
    select: { ...RUN_LINK, serviceId: true, checklistKey: true, service: NAME },
  });
  if (failed.length === 0) return [];
  const later = await tx.run.findMany({
    where: {
      serviceId: { in: failed.flatMap((run) => run.serviceId ?? []) },
      id: { gt: failed.at(-1)?.id ?? 0 },
      mode: { in: ["apply", "undo"] },
      state: { not: "failed" },
    },
    select: { id: true, serviceId: true, checklistKey: true, mode: true, undoesRunId: true },
  });
  return failed
    .filter(
      (run) =>
        !later.some(
          (other) =>
            other.undoesRunId === run.id ||
            (other.id > run.id && other.serviceId === run.serviceId && other.checklistKey === run.checklistKey),
        ),
    )
    .slice(0, FAILED_SHOWN)
    .map((run) => ({ ...toRunLink(run), service: run.service?.name ?? null }));
}

async function readInMotion(tx: Tx) {
  const runs = await tx.run.findMany({
    where: { state: { in: ACTIVE }, mode: { not: "plan" } },
    orderBy: { id: "desc" },
    take: RUNS_SHOWN,
    select: { ...RUN_LINK, service: NAME, requestedBy: { select: { displayName: true } } },
  });
  return runs.map((run) => ({
    ...toRunLink(run),
    service: run.service?.name ?? null,
    requestedBy: run.requestedBy?.displayName ?? null,
  }));
}

/** Home in three bands: what waits for the reader, what is in motion, how everything is. */
export async function getHome(actor: Actor): Promise<HomeView> {
  authorize(actor, "home.read");
  const tx = db();
  const person = actor.kind === "user" ? actor : null;
  const [steps, failedRuns, drafts, inMotion, health] = await Promise.all([
    person ? readWaitingSteps(tx, person) : [],
    person ? readFailedRuns(tx, person) : [],
    person && may(person, "drafts.list").ok ? listOpenDrafts(tx, person.id) : [],
    readInMotion(tx),
    readHealth(tx, actor),
  ]);
  const unstarted = drafts.filter((draft) => draft.service?.state !== "provisioning").slice(0, DRAFTS_SHOWN);
  return { waiting: { steps, failedRuns, drafts: unstarted }, inMotion, health };
}
