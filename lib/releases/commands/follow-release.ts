import { NEW_RELEASE } from "#lib/checklists/new-release.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import type { RunHookInfo } from "#lib/runs/types.ts";
import { resolveInputSchema } from "../schema/steps.ts";

const readMessage = (error: unknown): string | null =>
  typeof error === "object" && error !== null && "message" in error ? String(error.message) : null;

/** A release whose tag could not be found says why; one that is tried again is being resolved again. Safe to call twice. */
export async function followReleaseRun(tx: Tx, run: RunHookInfo): Promise<void> {
  if (run.checklistKey !== NEW_RELEASE.key || run.mode !== "apply") return;
  const step = await tx.step.findFirst({
    where: { runId: run.id, name: "releases.resolve" },
    select: { input: true, error: true },
  });
  const input = resolveInputSchema.safeParse(step?.input).data;
  if (!input) return;
  const id = input.releaseId;
  if (run.state !== "failed" && run.state !== "cancelled") {
    await tx.release.updateMany({ where: { id, state: "failed" }, data: { state: "resolving", error: null } });
    return;
  }
  const error = run.state === "cancelled" ? "Its run was cancelled." : readMessage(step?.error);
  await tx.release.updateMany({
    where: { id, state: { not: "ready" } },
    data: { state: "failed", error: error ?? "It was not resolved." },
  });
}
