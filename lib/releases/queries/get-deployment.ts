import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { RUN_LINK, toRunLink } from "#lib/runs/queries/run-link.ts";
import { checkAnswers } from "../approval/check-answers.ts";
import { describeDrift } from "../compare/describe-drift.ts";
import { type DeploymentState, OPEN_STATES } from "../constants.ts";
import { releaseContentSchema } from "../schema/content.ts";
import { evidenceSchema, targetStateSchema } from "../schema/deployment-views.ts";
import { reviewAnswersSchema } from "../schema/release.ts";
import type { ApprovalView, DeploymentView } from "../types.ts";
import { readRelease } from "./build-content.ts";
import { findClosed, readCalendarRules } from "./calendar-rules.ts";
import { toDeploymentRow } from "./deployment-row.ts";
import { authorsOf, type FoundDeployment, findDeployment } from "./find-deployment.ts";
import { findUnsettled } from "./find-unsettled.ts";
import { judgeDeployment } from "./judge-deployment.ts";
import { hasLapsed, readLenders } from "./lenders.ts";
import { readPeople } from "./people.ts";
import { readBetween } from "./releases-between.ts";
import { sealNowOf } from "./seal-now.ts";

type FindPerson = Awaited<ReturnType<typeof readPeople>>;
const GONE = { id: "", name: "Somebody who is gone" };
const contains = (states: readonly string[], state: string) => states.includes(state);

const toApprovals = (row: FoundDeployment, person: FindPerson): ApprovalView[] =>
  row.approvals.map(({ voterId, byId, decision, comment, createdAt, seal, voter, by }) => ({
    ...{ voter: person(voterId) ?? GONE, by: person(byId) ?? GONE },
    decision: decision === "approve" ? ("approve" as const) : ("reject" as const),
    comment,
    createdAt: createdAt.toISOString(),
    // Of what has begun, it did then.
    counts: seal === row.seal && !(contains(OPEN_STATES, row.state) && hasLapsed({ voter, by })),
  }));

async function readPrevious(row: FoundDeployment) {
  if (!row.previousId) return null;
  const previous = await db().deployment.findUnique({
    where: { id: row.previousId },
    select: { id: true, release: { select: { number: true } } },
  });
  return previous && { id: previous.id, releaseNumber: previous.release.number };
}

/** The next that began there, when it went back. */
async function readWayBack({
  id,
  state,
  environmentId,
  finishedAt,
}: FoundDeployment): Promise<DeploymentView["wayBack"]> {
  if (state !== "failed" || !finishedAt) return null;
  const next = await db().deployment.findFirst({
    where: { environmentId, id: { not: id }, startedAt: { gte: finishedAt } },
    orderBy: [{ startedAt: "asc" }, { id: "asc" }],
    select: { id: true, kind: true, state: true, release: { select: { number: true } } },
  });
  if (next?.kind !== "rollback") return null;
  return { id: next.id, releaseNumber: next.release.number, state: next.state as DeploymentState };
}

/** The seal as things are now, and what differs. Of what is over, as it was; what runs there now is another question. */
async function readSealNow(row: FoundDeployment): Promise<{ sealNow: string; drift: string[] }> {
  if (!contains(OPEN_STATES, row.state)) return { sealNow: row.seal, drift: [] };
  const { seal, targetState } = await sealNowOf(db(), row);
  if (seal === row.seal) return { sealNow: seal, drift: [] };
  const words = describeDrift(targetStateSchema.parse(row.targetState), targetState);
  return { sealNow: seal, drift: words.length > 0 ? words : ["The release itself is another one."] };
}

function toSource({ release }: FoundDeployment): DeploymentView["source"] {
  const { commitId, sourceUrl, notes, by } = release;
  const [image = "", digest = null] = (readRelease(release).images.app ?? "").split("@");
  return { ...{ commitId, sourceUrl, notes, image, digest }, by: by && { id: by.id, name: by.displayName } };
}

/** One deployment with everything its page shows, and what the reader may do with it. */
export async function getDeployment(actor: UserActor, id: string, now: Date = new Date()): Promise<DeploymentView> {
  authorize(actor, "deployments.read");
  const row = await findDeployment(id);
  const { environment, release } = row;
  const [comments, run, rules, lenders, previous, { sealNow, drift }, unsettled, wayBack] = await Promise.all([
    db().deploymentComment.findMany({ where: { deploymentId: id }, orderBy: { createdAt: "asc" } }),
    row.runId === null ? null : db().run.findUnique({ where: { id: row.runId }, select: RUN_LINK }),
    readCalendarRules(db(), environment.serviceId, environment.name),
    readLenders(db(), actor.id, now),
    readPrevious(row),
    readSealNow(row),
    findUnsettled(db(), environment),
    readWayBack(row),
  ]);
  const authors = authorsOf(row);
  const person = await readPeople(db(), [
    ...authors,
    row.reviewedById,
    ...comments.map(({ byId }) => byId),
    ...row.approvals.flatMap(({ voterId, byId }) => [voterId, byId]),
  ]);
  const isOpen = contains(OPEN_STATES, row.state);
  const calendar = isOpen && row.kind === "release" ? findClosed(rules, now) : null;
  const evidence = evidenceSchema.parse(row.evidence);
  const answers = reviewAnswersSchema.parse(row.answers);
  return {
    ...toDeploymentRow(row),
    ...evidence,
    serviceName: environment.service.name,
    content: releaseContentSchema.parse(row.content),
    configVersion: row.configVersion,
    answers,
    contradictions: checkAnswers(answers, evidence.evidence).contradictions.map((one) => ({
      ...one,
      evidence: [...one.evidence],
    })),
    targetState: targetStateSchema.parse(row.targetState),
    ...{ seal: row.seal, sealNow, drift, needed: row.needed },
    approvals: toApprovals(row, person),
    editors: authors.filter((author) => author !== row.requestedById).flatMap((author) => person(author) ?? []),
    reason: row.reason,
    expiresAt: row.expiresAt.toISOString(),
    approvedAt: row.approvedAt?.toISOString() ?? null,
    run: run && toRunLink(run),
    ...{ previous, wayBack, supersededById: row.supersededById },
    review: row.reviewDueAt && {
      dueAt: row.reviewDueAt.toISOString(),
      by: person(row.reviewedById),
      at: row.reviewedAt?.toISOString() ?? null,
    },
    evidenceHash: row.evidenceHash,
    comments: comments.map(({ id: commentId, byId, text, createdAt }) => ({
      ...{ id: commentId, by: person(byId) ?? GONE, text },
      createdAt: createdAt.toISOString(),
    })),
    calendar,
    source: toSource(row),
    between: await readBetween(db(), environment.serviceId, previous?.releaseNumber ?? 0, release.number),
    delegators: isOpen ? lenders.map(({ id: lenderId, name }) => ({ id: lenderId, name })) : [],
    may: judgeDeployment(actor, row, { sealNow, calendar, lenders, unsettled, now }),
    version: row.version,
  };
}
