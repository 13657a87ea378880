import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { invalid, notFound } from "#lib/platform/errors.ts";
import { describeCron } from "../format.ts";
import { countSteady } from "../retention/count-steady.ts";
import { findRelied, planRetention } from "../retention/plan-retention.ts";
import { findCronProblem, nextStarts } from "../schedule/cron.ts";
import type { PolicyPreviewRequest } from "../schema/policy-views.ts";
import type { PolicyPreview } from "../types.ts";
import { findPolicyById } from "./find-policy.ts";
import { listPoints } from "./list-points.ts";
import { explainNothingGoes, explainUnseen } from "./why-nothing-goes.ts";

const NEXT_SHOWN = 5;

function findMedian(numbers: readonly number[]): number | null {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/** What a policy with these settings would do now: when it starts, and which of the points there are it would keep. */
export async function previewPolicy(
  actor: Actor,
  { policyId, retention, cron, timeZone, jitterMinutes }: PolicyPreviewRequest,
  now = new Date(),
): Promise<PolicyPreview> {
  authorize(actor, "backups.read");
  const problem = cron === null ? null : findCronProblem(cron, timeZone, now);
  if (problem) throw invalid({ cron: problem });
  if (policyId !== null && !(await findPolicyById(policyId))) throw notFound("backup policy");
  const points = policyId === null ? [] : await listPoints(policyId, now);
  // How much later each starts follows from the policy's id: of a new one it is not known yet.
  const laterMinutes = policyId === null ? jitterMinutes : 0;
  const schedule = { id: policyId ?? "", cron, timeZone, jitterMinutes: jitterMinutes - laterMinutes };
  const steadyCount = countSteady(schedule, retention, now);
  const plan = planRetention(points, { retention, timeZone }, now);
  const isAnyGoing = policyId !== null && plan.some(({ keep }) => !keep);
  const median = findMedian(points.map((point) => point.sizeBytes));
  return {
    words: describeCron(cron),
    next: nextStarts(schedule, now, NEXT_SHOWN).map((at) => at.toISOString()),
    laterMinutes,
    points: plan.map(({ point, keep, reasons }) => ({
      ...{ backupId: point.id, at: point.startedAt.toISOString(), keep, reasons },
    })),
    nothingGoes: isAnyGoing ? ((await explainNothingGoes(policyId)) ?? (await explainUnseen(findRelied(plan)))) : null,
    steadyCount,
    steadyBytes: median === null ? null : median * steadyCount,
  };
}
