import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { ACCOUNT_KEY } from "#lib/checklists/certificate.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { config } from "#lib/platform/config/config.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";

/** Starts a run that gives the panel's account at the authority another key. One at a time. */
export async function startKeyChange(actor: UserActor): Promise<{ runId: number }> {
  authorize(actor, "certificates.changeAccountKey");
  const { runId } = await transaction(async (tx) => {
    const run = await createRun(tx, actor, {
      mode: "apply",
      checklist: { key: ACCOUNT_KEY.key, version: ACCOUNT_KEY.version },
      ...{ title: "Change the ACME account's key", serviceId: null, environment: null },
      startKey: `acme-account:${randomUUID()}`,
      exclusiveKey: "acme-account",
      steps: compileChecklist(ACCOUNT_KEY, {}),
    });
    await recordAudit(tx, actor, {
      action: "certificates.changeAccountKey",
      subjectType: "run",
      subjectId: run.runId,
      detail: { directory: config().LETS_ENCRYPT_DIRECTORY_URL },
    });
    return run;
  });
  await ringRun(runId);
  return { runId };
}
