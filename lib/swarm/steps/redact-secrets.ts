import { db } from "#lib/platform/db/client.ts";
import { listServiceSecrets } from "#lib/secrets/queries.ts";
import type { StepContext } from "#lib/steps/types.ts";

/** Before a container's own words go into the log: none of the service's secrets may be among them. */
export async function redactServiceSecrets(ctx: StepContext): Promise<void> {
  if (!ctx.service) return;
  for (const secret of await listServiceSecrets(db(), ctx.service.id)) ctx.redact(secret.value.toString("utf8"));
}
