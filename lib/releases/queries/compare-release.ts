import { z } from "zod";
import { authorize, may } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { compareContents } from "../compare/compare-contents.ts";
import { MOVING_STATES, OPEN_STATES, PENDING_HOURS, STAGING, UNUSED_HOURS } from "../constants.ts";
import type { ComparisonInput } from "../schema/release.ts";
import type { ComparisonView } from "../types.ts";
import { readRelease } from "./build-content.ts";
import { findClosed, readCalendarRules } from "./calendar-rules.ts";
import { DEPLOYMENT_INCLUDE, DEPLOYMENT_OMIT, toDeploymentRow } from "./deployment-row.ts";
import { readRunning } from "./find-environment.ts";
import { type Prepared, prepareProposal, weighAnswers } from "./prepare-proposal.ts";
import { readBetween } from "./releases-between.ts";

const labels = (value: unknown) => z.record(z.string(), z.string()).catch({}).parse(value);

/** What runs in staging against what runs where the release would go: what promoting is about. */
async function readElsewhere({ environment, running }: Prepared): Promise<ComparisonView["elsewhere"]> {
  if (environment.name === STAGING) return null;
  const staging = await db().environment.findUnique({
    where: { serviceId_name: { serviceId: environment.serviceId, name: STAGING } },
    select: { currentId: true },
  });
  const there = staging && (await readRunning(db(), staging));
  if (!there) return null;
  return {
    environment: STAGING,
    release: { id: there.release.id, number: there.release.number },
    since: (there.finishedAt ?? there.createdAt).toISOString(),
    differences: compareContents(running?.content ?? null, there.content),
  };
}

async function toRunning({ running }: Prepared): Promise<ComparisonView["running"]> {
  if (!running) return null;
  const { id, number, commitId } = running.release;
  const release = await db().release.findUnique({ where: { id }, select: { labels: true } });
  return {
    deploymentId: running.id,
    release: { id, number, commitId },
    since: (running.finishedAt ?? running.createdAt).toISOString(),
    labels: labels(release?.labels),
  };
}

async function readProvenAt(serviceId: string): Promise<string | null> {
  const backup = await db().backup.findFirst({
    where: { serviceId, state: "verified", missingAt: null, removedAt: null },
    orderBy: { startedAt: "desc" },
    select: { startedAt: true },
  });
  return backup?.startedAt.toISOString() ?? null;
}

function toRelease({ release }: Prepared): ComparisonView["release"] {
  const { id, number, commitId, sourceUrl, notes, by, createdAt } = release;
  const [image = "", digest = null] = (readRelease(release).images.app ?? "").split("@");
  return {
    ...{ id, number, commitId, sourceUrl, notes, image, digest, labels: labels(release.labels) },
    by: by && { id: by.id, name: by.displayName },
    createdAt: createdAt.toISOString(),
  };
}

const verdict = (answer: ReturnType<typeof may>) => ({ ok: answer.ok, because: answer.ok ? null : answer.because });

/** What bringing a release to an environment would change, and what that asks of people. Nothing is kept. */
export async function compareRelease(
  actor: UserActor,
  input: ComparisonInput,
  now: Date = new Date(),
): Promise<ComparisonView> {
  authorize(actor, "deployments.read");
  const prepared = await prepareProposal(db(), input.releaseId, input.environment);
  const { environment, release, content, evidence, prefilled, seal, running } = prepared;
  const weighed = await weighAnswers(db(), prepared, input.answers ?? prefilled);
  const [elsewhere, shown, rules, provenBackupAt, open, between] = await Promise.all([
    readElsewhere(prepared),
    toRunning(prepared),
    readCalendarRules(db(), environment.serviceId, environment.name),
    readProvenAt(environment.serviceId),
    db().deployment.findMany({
      where: { environmentId: environment.id, state: { in: [...OPEN_STATES, ...MOVING_STATES] } },
      include: DEPLOYMENT_INCLUDE,
      omit: DEPLOYMENT_OMIT,
      orderBy: { createdAt: "desc" },
    }),
    readBetween(db(), environment.serviceId, running?.release.number ?? 0, release.number),
  ]);
  return {
    ...{ serviceName: environment.service.name, environment: environment.name, release: toRelease(prepared) },
    ...{ running: shown, content, elsewhere, between, prefilled, seal, provenBackupAt },
    differences: evidence.differences,
    evidence: {
      dataLoss: [...evidence.evidence.dataLoss],
      schemaChange: [...evidence.evidence.schemaChange],
      infrastructureChange: [...evidence.evidence.infrastructureChange],
    },
    irreversible: evidence.irreversible,
    contradictions: weighed.contradictions.map((one) => ({ ...one, evidence: [...one.evidence] })),
    ...{ blocked: weighed.blocked, risks: [...weighed.risks], needed: weighed.needed },
    calendar: findClosed(rules, now),
    ...{ pendingHours: PENDING_HOURS, unusedHours: UNUSED_HOURS },
    open: open.map(toDeploymentRow),
    may: {
      propose: verdict(may(actor, "deployments.propose")),
      breakGlass: verdict(may(actor, "deployments.breakGlass")),
    },
  };
}
