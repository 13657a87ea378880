import type { Tx } from "#lib/platform/db/client.ts";
import { sealOf } from "../approval/seal.ts";
import { type CollectedEvidence, collectEvidence, engineOf } from "../compare/collect-evidence.ts";
import { releaseContentSchema } from "../schema/content.ts";
import type { TargetState } from "../schema/deployment-views.ts";
import { reviewAnswersSchema } from "../schema/release.ts";
import { readRelease } from "./build-content.ts";
import { readRunning } from "./find-environment.ts";
import { type ObservedServices, readTargetState } from "./read-target-state.ts";

interface SealedRow {
  content: unknown;
  answers: unknown;
  startAt: Date | null;
  revision: number;
  release: { images: unknown; template: unknown; migrations: unknown };
  environment: {
    id: string;
    name: string;
    stackName: string;
    currentId: string | null;
    soakS: number;
    service: { name: string };
  };
}

/**
 * The seal of a deployment as it would be computed now: over what the release is now, what was answered, and what runs there now.
 * Another one than it has means that what was approved is not what would happen. The worker passes what Docker itself says.
 */
export async function sealNowOf(
  tx: Tx,
  { content: frozen, answers, startAt, revision, release, environment }: SealedRow,
  asked?: ObservedServices,
): Promise<{ seal: string; evidence: CollectedEvidence; targetState: TargetState }> {
  const { images, migrations } = readRelease(release);
  const content = { ...releaseContentSchema.parse(frozen), images, migrations };
  const evidence = collectEvidence(
    (await readRunning(tx, environment))?.content ?? null,
    content,
    engineOf(release.template),
  );
  const targetState = await readTargetState(tx, environment, content, asked);
  const seal = sealOf({
    environment: environment.name,
    content,
    answers: reviewAnswersSchema.parse(answers),
    evidence,
    targetState,
    startAt: startAt?.toISOString() ?? null,
    revision,
  });
  return { seal, evidence, targetState };
}
