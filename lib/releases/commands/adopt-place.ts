import { canonicalJson } from "#lib/platform/crypto.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { findPlace } from "#lib/runs/queries/find-place.ts";
import { prefillAnswers } from "../approval/check-answers.ts";
import { collectEvidence, engineOf } from "../compare/collect-evidence.ts";
import { type findEnvironment, readRunning } from "../queries/find-environment.ts";
import { readTargetState } from "../queries/read-target-state.ts";
import type { ReleaseContent } from "../schema/content.ts";
import { insertDeployment } from "./insert-deployment.ts";

type FoundEnvironment = Awaited<ReturnType<typeof findEnvironment>>;

interface Adopted {
  environment: FoundEnvironment;
  placement: ReleaseContent["placement"];
  configVersion: number;
  runId: number;
  byId: string | null;
}

/**
 * What runs in an environment runs on another host now: the same release, frozen as it is there, so that the next one is compared
 * with that. Nothing happens when it is written down already.
 */
export async function adoptPlace(
  tx: Tx,
  { environment, placement, configVersion, runId, byId }: Adopted,
): Promise<void> {
  const running = await readRunning(tx, environment);
  if (!running || canonicalJson(running.content.placement) === canonicalJson(placement)) return;
  const content = { ...running.content, placement };
  const release = await tx.release.findUniqueOrThrow({
    where: { id: running.releaseId },
    select: { template: true },
  });
  const evidence = collectEvidence(running.content, content, engineOf(release.template));
  const now = new Date();
  const { id } = await insertDeployment(tx, {
    ...{ releaseId: running.releaseId, environment, kind: "release", state: "done", content, configVersion },
    ...{ answers: prefillAnswers(evidence.evidence), evidence },
    ...{ targetState: await readTargetState(tx, environment, content), needed: 0, requestedById: byId },
    ...{ editorIds: [], expiresAt: now },
    more: { startedAt: now, finishedAt: now, runId, outcome: "The same release, moved to another host." },
  });
  await tx.environment.update({ where: { id: environment.id }, data: { currentId: id } });
}

/** What ran before a move, to be run again: where it is now, for its data is there. */
export async function withPresentPlace(
  tx: Tx,
  environment: { serviceId: string; name: string; currentId: string | null },
  content: ReleaseContent,
): Promise<ReleaseContent> {
  if (!(await findPlace(tx, environment.serviceId, environment.name))) return content;
  const running = await readRunning(tx, environment);
  return running ? { ...content, placement: running.content.placement } : content;
}
