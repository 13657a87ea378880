import { z } from "zod";
import type { Tx } from "#lib/platform/db/client.ts";
import { conflict, invalid, notFound } from "#lib/platform/errors.ts";
import { type CheckedAnswers, checkAnswers, prefillAnswers } from "../approval/check-answers.ts";
import { NOT_PROPOSED, sealOf } from "../approval/seal.ts";
import { type CollectedEvidence, collectEvidence, engineOf } from "../compare/collect-evidence.ts";
import { listChangedMigrations } from "../compare/compare-contents.ts";
import type { ReleaseContent } from "../schema/content.ts";
import type { TargetState } from "../schema/deployment-views.ts";
import type { ReviewAnswers } from "../schema/release.ts";
import { buildContent } from "./build-content.ts";
import { readNeeded } from "./count-approvals.ts";
import { findEnvironment, readConfig, readRunning } from "./find-environment.ts";
import { readTargetState } from "./read-target-state.ts";

type ProposedEnvironment = Awaited<ReturnType<typeof findEnvironment>>;

/** What a release would be in an environment, as everything stands now. */
export interface Prepared {
  release: Awaited<ReturnType<typeof findReady>>;
  environment: ProposedEnvironment;
  running: Awaited<ReturnType<typeof readRunning>>;
  content: ReleaseContent;
  configVersion: number;
  evidence: CollectedEvidence;
  targetState: TargetState;
  prefilled: ReviewAnswers;
  /** With the prefilled answers: what a page sends back, so that what is proposed is what was read. */
  seal: string;
  /** Who made any of it that does not run there yet: the release, and settings and values of secrets since. */
  makerIds: string[];
}

async function findReady(tx: Tx, releaseId: string) {
  const release = await tx.release.findUnique({
    where: { id: releaseId },
    include: { service: { select: { name: true } }, by: { select: { id: true, displayName: true } } },
  });
  if (!release) throw notFound("release");
  if (release.state !== "ready")
    throw conflict(
      "releases.not_ready",
      release.state === "failed"
        ? `Release ${release.number} failed: ${release.error ?? "its image was not found."}`
        : `Release ${release.number} is still being resolved.`,
      release.state === "failed" ? "Make another release." : "Try again in a moment.",
    );
  return release;
}

/** Whoever changed settings since those that run: they made a part of what is proposed. */
async function findConfigMakers(tx: Tx, environmentId: string, since: number, until: number): Promise<string[]> {
  const rows = await tx.environmentConfig.findMany({
    where: { environmentId, version: { gt: since, lte: until }, byId: { not: null } },
    select: { byId: true },
  });
  return rows.flatMap(({ byId }) => byId ?? []);
}

const savedSecret = z.object({ secret: z.string(), version: z.number().int() });

/** Whoever gave a secret the app would get a value it does not have yet. */
async function findSecretMakers(
  tx: Tx,
  environmentId: string,
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Promise<string[]> {
  if (Object.entries(after).every(([name, version]) => version === before[name])) return [];
  const events = await tx.auditEvent.findMany({
    where: { subjectType: "environment", subjectId: environmentId, action: "environments.saveSecret" },
    select: { actorId: true, detail: true },
  });
  return events.flatMap(({ actorId, detail }) => {
    const saved = savedSecret.safeParse(detail).data;
    if (!saved || !actorId) return [];
    const isNew = saved.version > (before[saved.secret] ?? 0) && saved.version <= (after[saved.secret] ?? 0);
    return isNew ? [actorId] : [];
  });
}

/** A migration that has run stays as it is: another text under its name would run nowhere, or where nobody expects it. */
function assertSameTexts(before: ReleaseContent | null, after: ReleaseContent): void {
  const [changed] = listChangedMigrations(before, after);
  if (!changed) return;
  throw conflict(
    "releases.migration_changed",
    `The migration ${changed.id} has run there with another text.`,
    "A migration that ran is not changed: make a release that has it as it was, and another migration beside it.",
  );
}

/** Reads everything a proposal is made of; nothing is kept. Refused when the release could not run there. */
export async function prepareProposal(tx: Tx, releaseId: string, environmentName: string): Promise<Prepared> {
  const release = await findReady(tx, releaseId);
  const environment = await findEnvironment(release.service.name, environmentName, tx);
  const { service } = environment;
  if (service.state !== "live")
    throw conflict("releases.not_live", `${service.name} is not live, so nothing can be released there.`);
  const settings = await readConfig(tx, environment.id);
  if (!settings)
    throw conflict(
      "environments.unknown",
      `The panel does not know the settings of ${environmentName} yet.`,
      "Try again in some minutes.",
    );
  const place = { name: environmentName, serviceName: service.name };
  const content = await buildContent(tx, release, place, settings.content);
  const running = await readRunning(tx, environment);
  assertSameTexts(running?.content ?? null, content);
  const evidence = collectEvidence(running?.content ?? null, content, engineOf(release.template));
  const targetState = await readTargetState(tx, environment, content);
  const prefilled = prefillAnswers(evidence.evidence);
  const makers = [
    ...(await findConfigMakers(tx, environment.id, running?.configVersion ?? 0, settings.version)),
    ...(await findSecretMakers(tx, environment.id, running?.content.secrets ?? {}, content.secrets)),
  ];
  return {
    ...{ release, environment, running, content, configVersion: settings.version, evidence, targetState, prefilled },
    seal: sealOf({ environment: environmentName, content, answers: prefilled, evidence, targetState, ...NOT_PROPOSED }),
    makerIds: [...new Set([...(release.byId ? [release.byId] : []), ...makers])],
  };
}

const QUESTIONS = {
  dataLoss: "Something of it loses data, or may",
  schemaChange: "It changes the database's schema",
  infrastructureChange: "It changes infrastructure",
} as const;

/** Holds the answers against what was found, and says how many have to approve. Refused when an answer cannot stand. */
export async function weighAnswers(
  tx: Tx,
  { environment, evidence }: Pick<Prepared, "evidence"> & { environment: { name: string } },
  answers: ReviewAnswers,
): Promise<CheckedAnswers & { needed: number }> {
  const checked = checkAnswers(answers, evidence.evidence);
  return { ...checked, needed: await readNeeded(tx, environment.name, checked) };
}

/** Throws beside the answers that what was found forbids. */
export function assertNotBlocked({ blocked, contradictions }: CheckedAnswers): void {
  if (!blocked) return;
  const fields = contradictions
    .filter(({ effect }) => effect === "blocks")
    .map(({ question, evidence }) => [`answers.${question}`, `${QUESTIONS[question]}: ${evidence[0] ?? ""}`] as const);
  throw invalid(Object.fromEntries(fields), "An answer says no where evidence says yes.");
}
