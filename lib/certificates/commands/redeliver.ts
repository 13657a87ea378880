import type { Actor } from "#lib/access/types.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { DELIVER_CERTIFICATE } from "#lib/checklists/deliver-certificate.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { splitNames } from "../queries/summarize.ts";
import { exclusiveKeyOf } from "../queries/visible.ts";

const RENEWALS: Actor = { kind: "system", name: "renewals", requestId: "renewals" };
const HOUR_MS = 3_600_000;
/** The run that issued or renewed it brings it there itself, with tries of its own. */
const QUIET_MS = HOUR_MS / 2;

/** Certificates that stand somewhere as they were before their last renewal, or not at all. */
async function findBehind(now: Date) {
  const before = new Date(now.getTime() - QUIET_MS);
  const rows = await db().certificateDelivery.findMany({
    where: {
      state: { in: ["pending", "delivered", "error"] },
      createdAt: { lt: before },
      certificate: { state: "issued", keyType: { not: "csr" }, issuedAt: { lt: before } },
    },
    select: {
      state: true,
      serial: true,
      certificate: { select: { id: true, names: true, serial: true, serviceId: true, currentOrderId: true } },
    },
  });
  const behind = rows.filter(({ state, serial, certificate }) => state === "error" || serial !== certificate.serial);
  return [...new Map(behind.map(({ certificate }) => [certificate.id, certificate])).values()];
}

/**
 * Tries again, once an hour, to bring certificates to places that did not take them: a renewed certificate helps nobody while the
 * old one is served until it expires. One run however many workers look. Returns the runs that this one started.
 */
export async function redeliver(now: Date = new Date()): Promise<number[]> {
  const started: number[] = [];
  for (const { id, names: key, serviceId, currentOrderId } of await findBehind(now)) {
    const names = splitNames(key);
    const run = await transaction(async (tx) => {
      const active = await tx.run.findUnique({ where: { exclusiveKey: exclusiveKeyOf(id) }, select: { id: true } });
      if (active) return null;
      return createRun(tx, RENEWALS, {
        mode: "apply",
        checklist: { key: DELIVER_CERTIFICATE.key, version: DELIVER_CERTIFICATE.version },
        title: `Bring the certificate for ${names[0]} to where it is used`.slice(0, 200),
        ...{ serviceId, environment: null },
        startKey: `redeliver:${id}:${currentOrderId}:${Math.floor(now.getTime() / HOUR_MS)}`,
        steps: compileChecklist(DELIVER_CERTIFICATE, { certificateId: id, names }),
      });
    });
    if (!run?.created) continue;
    await ringRun(run.runId);
    started.push(run.runId);
  }
  return started;
}
