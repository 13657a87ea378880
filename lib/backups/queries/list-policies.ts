import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import type { PolicyView } from "../types.ts";
import { listPolicyRows } from "./find-policy.ts";
import { findPinged, toPolicyView } from "./policy-view.ts";

/** Policies by service and name, of one service when it is named; the panel's own come first. */
export async function listPolicies(
  actor: Actor,
  filter: { service?: string | undefined } = {},
): Promise<{ policies: PolicyView[] }> {
  authorize(actor, "backups.read");
  const rows = await listPolicyRows(filter.service ? { service: { name: filter.service } } : {});
  const pinged = await findPinged(
    db(),
    rows.map((row) => row.id),
  );
  return { policies: rows.map((row) => toPolicyView(row, pinged.has(row.id), actor)) };
}
