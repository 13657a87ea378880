import { db } from "#lib/platform/db/client.ts";
import type { LedgerOwner } from "#lib/runs/ledger.ts";
import { KINDS } from "#lib/swarm/names.ts";

/** The step whose ledger has an environment's stack; null: the panel did not make it. */
export const findStackStep = (serviceId: string, appService: string): Promise<LedgerOwner | null> =>
  db().resource.findFirst({
    where: { serviceId, kind: KINDS.service, name: appService, state: { not: "gone" } },
    select: { stepId: true, stepName: true, serviceId: true },
  });
