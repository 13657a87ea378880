import type { Tx } from "#lib/platform/db/client.ts";
import type { DeploymentKind, DeploymentState } from "../constants.ts";
import { evidenceSchema } from "../schema/deployment-views.ts";
import { reviewAnswersSchema } from "../schema/release.ts";
import { FOUND_INCLUDE } from "./find-deployment.ts";
import { readPeople } from "./people.ts";

/** What a notice about a deployment may say. Values of variables stay on its page. */
export interface DeploymentNews {
  id: string;
  serviceName: string;
  environment: string;
  release: number;
  kind: DeploymentKind;
  state: DeploymentState;
  askedBy: string;
  notes: string;
  commitId: string | null;
  image: string;
  reason: string | null;
  outcome: string | null;
  needed: number;
  given: number;
  /** "image app", "migration 2026-add-notes": what changes, without its values. */
  changes: string[];
  irreversible: boolean;
  dataLoss: boolean;
  schemaChange: boolean;
  infrastructureChange: boolean;
  byHand: string | null;
  votes: { name: string; by: string; decision: string; comment: string }[];
  expiresAt: Date;
  startAt: Date | null;
  reviewDueAt: Date | null;
  reviewed: boolean;
  runId: number | null;
}

/** Null when there is no such deployment. Takes explicit arguments, for steps. */
export async function readDeploymentNews(tx: Tx, id: string): Promise<DeploymentNews | null> {
  const row = await tx.deployment.findUnique({ where: { id }, include: FOUND_INCLUDE });
  if (!row) return null;
  const found = evidenceSchema.parse(row.evidence);
  const answers = reviewAnswersSchema.parse(row.answers);
  const person = await readPeople(
    tx,
    row.approvals.flatMap(({ voterId, byId }) => [voterId, byId]),
  );
  const votes = row.approvals.filter(({ seal }) => seal === row.seal);
  const { evidence } = found;
  return {
    ...{ id, serviceName: row.environment.service.name, environment: row.environment.name },
    ...{ release: row.release.number, kind: row.kind as DeploymentKind, state: row.state as DeploymentState },
    askedBy: row.requestedBy?.displayName ?? "the panel",
    ...{ notes: row.release.notes, commitId: row.release.commitId, reason: row.reason, outcome: row.outcome },
    image: String((row.release.images as Record<string, unknown>).app ?? ""),
    needed: row.needed,
    given: votes.filter(({ decision }) => decision === "approve").length,
    changes: found.differences.map(({ area, name, change }) => `${area} ${name} ${change}`),
    irreversible: found.irreversible,
    dataLoss: answers.dataLoss || evidence.dataLoss.length > 0,
    schemaChange: answers.schemaChange || evidence.schemaChange.length > 0,
    infrastructureChange: answers.infrastructureChange || evidence.infrastructureChange.length > 0,
    byHand: answers.manualSteps ? answers.manualText : null,
    votes: votes.map(({ voterId, byId, decision, comment }) => ({
      ...{ name: person(voterId)?.name ?? "somebody", by: person(byId)?.name ?? "somebody", decision, comment },
    })),
    ...{ expiresAt: row.expiresAt, startAt: row.startAt, reviewDueAt: row.reviewDueAt, runId: row.runId },
    reviewed: row.reviewedAt !== null,
  };
}
