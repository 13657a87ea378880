import { randomUUID } from "node:crypto";
import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import type { ReviewEvidence } from "../approval/check-answers.ts";
import { sealOf } from "../approval/seal.ts";
import type { CollectedEvidence } from "../compare/collect-evidence.ts";
import type { DeploymentKind, DeploymentState } from "../constants.ts";
import type { ReleaseContent } from "../schema/content.ts";
import type { TargetState } from "../schema/deployment-views.ts";
import type { ReviewAnswers } from "../schema/release.ts";

export interface NewDeployment {
  releaseId: string;
  environment: { id: string; name: string; currentId: string | null };
  kind: DeploymentKind;
  state: DeploymentState;
  content: ReleaseContent;
  configVersion: number;
  answers: ReviewAnswers;
  evidence: CollectedEvidence & { evidence: ReviewEvidence };
  targetState: TargetState;
  needed: number;
  requestedById: string | null;
  editorIds: readonly string[];
  expiresAt: Date;
  more?: Partial<
    Pick<
      Prisma.DeploymentUncheckedCreateInput,
      "reason" | "approvedAt" | "startAt" | "startedAt" | "finishedAt" | "runId" | "outcome" | "reviewDueAt"
    >
  >;
}

const FIRST_REVISION = 1;

/** A deployment, sealed over everything it is. The one way a row of it comes to be. */
export async function insertDeployment(tx: Tx, made: NewDeployment): Promise<{ id: string; seal: string }> {
  const { environment, content, answers, evidence, targetState } = made;
  const startAt = made.more?.startAt ? new Date(made.more.startAt).toISOString() : null;
  const sealed = { environment: environment.name, content, answers, evidence, targetState, startAt };
  const seal = sealOf({ ...sealed, revision: FIRST_REVISION });
  return tx.deployment.create({
    data: {
      id: randomUUID(),
      releaseId: made.releaseId,
      environmentId: environment.id,
      kind: made.kind,
      state: made.state,
      content: content as Prisma.InputJsonObject,
      configVersion: made.configVersion,
      answers,
      evidence: evidence as unknown as Prisma.InputJsonObject,
      targetState,
      seal,
      revision: FIRST_REVISION,
      needed: made.needed,
      requestedById: made.requestedById,
      editorIds: [...made.editorIds],
      expiresAt: made.expiresAt,
      previousId: environment.currentId,
      ...made.more,
    },
    select: { id: true, seal: true },
  });
}
