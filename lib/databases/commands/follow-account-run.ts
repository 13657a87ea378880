import { DATABASE_ACCOUNT } from "#lib/checklists/database-account.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { isFinished } from "#lib/runs/run-state.ts";
import type { RunHookInfo } from "#lib/runs/types.ts";
import { deleteSecret } from "#lib/secrets/commands.ts";
import { KINDS } from "../constants.ts";
import { accountSecret } from "../queries/list-accounts.ts";
import { accountStepInput } from "../schema/account.ts";

const readMessage = (error: unknown): string | null =>
  typeof error === "object" && error !== null && "message" in error ? String(error.message) : null;

/** An account whose run got nowhere says so; one that goes on is at work again. Safe to call twice. */
export async function followAccountRun(tx: Tx, run: RunHookInfo): Promise<void> {
  if (run.checklistKey !== DATABASE_ACCOUNT.key || run.mode !== "apply") return;
  const step = await tx.step.findFirst({ where: { runId: run.id }, select: { input: true, error: true } });
  const input = accountStepInput.safeParse(step?.input).data;
  if (!input) return;
  const mine = { id: input.accountId, runId: run.id };
  if (!isFinished(run.state)) {
    const state = input.act === "revoke" ? "revoking" : "making";
    await tx.readOnlyAccount.updateMany({ where: { ...mine, state: "failed" }, data: { state, error: null } });
    return;
  }
  if (run.state === "succeeded") return;
  const error = run.state === "cancelled" ? "Its run was cancelled." : (readMessage(step?.error) ?? "Its run failed.");
  const failed = await tx.readOnlyAccount.updateMany({
    where: { ...mine, state: { in: ["making", "revoking"] } },
    data: { state: "failed", error },
  });
  if (run.state === "cancelled" && failed.count > 0) await deleteSecret(tx, accountSecret(input.accountId));
}

/** With the service its database is gone, and everybody in it. Called when a service is retired. */
export async function forgetAccounts(tx: Tx, serviceId: string): Promise<void> {
  const rows = await tx.readOnlyAccount.findMany({ where: { serviceId, state: { not: "revoked" } } });
  for (const { id } of rows) await deleteSecret(tx, accountSecret(id));
  await tx.readOnlyAccount.updateMany({
    where: { serviceId, state: { not: "revoked" } },
    data: { state: "revoked", scope: null, revokedAt: new Date() },
  });
  await tx.resource.updateMany({
    where: { serviceId, kind: KINDS.account, state: { not: "gone" } },
    data: { state: "gone", liveKey: null, goneAt: new Date() },
  });
}
