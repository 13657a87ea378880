import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { DEFAULT_ENVIRONMENT, readRunPolicy } from "../queries/find-policy.ts";
import { type CheckBackupInput, checkBackupInputSchema } from "../schema/steps.ts";
import { mountedOf } from "../sources/find-elsewhere.ts";
import { openPlace } from "../sources/open-place.ts";

/** What could not be read for its last backup is said while the service still runs. */
export const backupsCheck = defineStep({
  name: "backups.check",
  queue: "backups",
  input: checkBackupInputSchema,

  // The last backup's own plan looks.
  async plan({ policy }) {
    const detail = "opened as a backup opens it, while the service still runs";
    return { changes: [{ action: "check", kind: "backup source", name: policy, detail }] };
  },
  apply: checkSource,
  async verify() {
    return { ok: true, reason: "It was looked at before the service was stopped." };
  },
  // It changes nothing outside.
  async undo() {},
});

/** Opens a folder or volume as a backup does, with all that is asked before it is read. Returns what it is; null: a database. */
export async function checkSource({ policy, environment }: CheckBackupInput, given: StepContext) {
  const ctx = { ...given, environment: environment ?? given.environment ?? DEFAULT_ENVIRONMENT };
  const { source } = await readRunPolicy(policy, ctx);
  const mounted = mountedOf(source);
  if (!mounted) return null;
  const place = await openPlace(source, ctx);
  await place.close();
  return mounted;
}
