import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { DNS_SYNC, type DnsSyncRun } from "#lib/checklists/dns-sync.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { AppError, notFound } from "#lib/platform/errors.ts";
import { type CreatedRun, createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";

const TITLE_MAX = 200;

/** Held by the one run at a time that writes what waits in a zone. */
export const syncKey = (zoneId: string) => `dns-sync:${zoneId}`;

interface Wanted {
  scope: DnsSyncRun["scope"];
  mode: "plan" | "apply";
  title?: string;
}

async function startSync(tx: Tx, actor: Actor, zoneId: string, { scope, mode, title }: Wanted): Promise<CreatedRun> {
  const zone = await tx.dnsZone.findUnique({ where: { id: zoneId }, select: { id: true, name: true } });
  if (!zone) throw notFound("zone");
  return createRun(tx, actor, {
    mode,
    checklist: { key: DNS_SYNC.key, version: DNS_SYNC.version },
    title: (title ?? `Sync of ${zone.name}`).slice(0, TITLE_MAX),
    serviceId: null,
    environment: null,
    startKey: `${syncKey(zoneId)}:${randomUUID()}`,
    ...(mode === "apply" ? { exclusiveKey: syncKey(zoneId) } : {}),
    steps: compileChecklist(DNS_SYNC, { zone, scope }),
  });
}

/**
 * Sees to it that a zone's pending and removing records get to Route 53. Call it in the transaction that changed the rows and
 * `ringRun(runId)` after its commit. A run that is active already takes the rows along, or the worker's sweep does after it:
 * then `created` is false. The caller has asked whether the actor may.
 */
export async function requestSync(tx: Tx, actor: Actor, zoneId: string, reason: string): Promise<CreatedRun> {
  const findActive = async (): Promise<CreatedRun | null> => {
    const run = await tx.run.findUnique({ where: { exclusiveKey: syncKey(zoneId) }, select: { id: true } });
    return run ? { runId: run.id, created: false } : null;
  };
  const active = await findActive();
  if (active) return active;
  try {
    return await startSync(tx, actor, zoneId, { scope: "pending", mode: "apply", title: reason });
  } catch (error) {
    const theirs = error instanceof AppError && error.code === "run.active" ? await findActive() : null;
    if (theirs) return theirs;
    throw error;
  }
}

/** What a full pass would change now, touching nothing. */
export async function requestDryRun(actor: Actor, zoneId: string): Promise<{ runId: number }> {
  authorize(actor, "zones.sync");
  const { runId } = await transaction((tx) => startSync(tx, actor, zoneId, { scope: "full", mode: "plan" }));
  await ringRun(runId);
  return { runId };
}

/** Reads the whole zone now and puts right what is to be put right, records in error included. */
export async function requestFullPass(actor: Actor, zoneId: string): Promise<{ runId: number }> {
  authorize(actor, "zones.sync");
  const { runId } = await transaction((tx) => startSync(tx, actor, zoneId, { scope: "full", mode: "apply" }));
  await ringRun(runId);
  return { runId };
}
