import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { ENVIRONMENT } from "#lib/services/naming.ts";
import { RISKS, type Risk } from "../approval/count-needed.ts";
import { STAGING } from "../constants.ts";
import { readNeeded } from "./count-approvals.ts";

interface NeededRow {
  environment: string;
  needed: Record<Risk, number>;
}

/** What the rules give together: approvals by environment and what is at stake, counted as a proposal's are. */
export async function readNeededMatrix(actor: Actor): Promise<NeededRow[]> {
  authorize(actor, "approvalRules.read");
  const others = await db().environment.findMany({
    distinct: ["name"],
    select: { name: true },
    orderBy: { name: "asc" },
  });
  const named = await db().approvalRule.findMany({ distinct: ["environment"], select: { environment: true } });
  const names = [
    ENVIRONMENT,
    STAGING,
    ...others.map(({ name }) => name),
    ...named.flatMap((one) => one.environment ?? []),
  ];
  const rows: NeededRow[] = [];
  for (const environment of new Set(names)) {
    const needed = { none: 0, schema: 0, infrastructure: 0, "data-loss": 0 };
    for (const risk of RISKS)
      needed[risk] = await readNeeded(db(), environment, { risks: new Set([risk]), raisedBy: 0 });
    rows.push({ environment, needed });
  }
  return rows;
}
