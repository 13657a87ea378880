import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import type { PolicyView } from "../types.ts";
import { findPolicyById } from "./find-policy.ts";
import { findPinged, toPolicyView } from "./policy-view.ts";

export async function getPolicy(actor: Actor, policyId: string): Promise<PolicyView> {
  authorize(actor, "backups.read");
  const row = await findPolicyById(policyId);
  if (!row) throw notFound("backup policy");
  const pinged = await findPinged(db(), [row.id]);
  return toPolicyView(row, pinged.has(row.id), actor);
}
