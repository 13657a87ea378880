import type { StepContext } from "#lib/steps/types.ts";
import { listDeliveries, withdrawOne } from "./deliver-one.ts";

/** Takes a certificate away from everywhere it was brought to: before it is revoked, or when its service is no more. */
export async function removeDeliveries(ctx: StepContext, certificateId: string): Promise<void> {
  for (const delivery of await listDeliveries(certificateId)) await withdrawOne(ctx, delivery);
}
