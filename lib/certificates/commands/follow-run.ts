import type { Actor } from "#lib/access/types.ts";
import { CERTIFICATE, RENEW_CERTIFICATE } from "#lib/checklists/certificate.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { NOTICE } from "#lib/checklists/notice.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import type { RunHookInfo } from "#lib/runs/types.ts";
import { countDaysLeft } from "../format.ts";
import { type RunFailure, readRunFailure } from "../queries/read-news.ts";
import { pauseAfterFailure } from "./choose-renewal-time.ts";

const RENEWALS: Actor = { kind: "system", name: "renewals", requestId: "renewals" };

const read = (tx: Tx, id: string) =>
  tx.certificate.findUnique({
    where: { id },
    select: {
      ...{ id: true, names: true, ownerId: true, serviceId: true, currentOrderId: true, notAfter: true },
      service: { select: { ownerId: true } },
    },
  });
type Row = NonNullable<Awaited<ReturnType<typeof read>>>;

/** A mail to whoever the certificate belongs to; a second one with the same key is none. */
async function tellOwner(tx: Tx, row: Row, runId: number, key: string): Promise<void> {
  const toUserId = row.ownerId ?? row.service?.ownerId;
  if (!toUserId) return;
  const title = `Mail that the certificate for ${row.names.split(",")[0]} could not be had`.slice(0, 200);
  await createRun(tx, RENEWALS, {
    mode: "apply",
    checklist: { key: NOTICE.key, version: NOTICE.version },
    ...{ title, serviceId: row.serviceId, environment: null, startKey: `certificate-failed:${key}` },
    steps: compileChecklist(NOTICE, {
      title,
      mail: { template: "certificate-failed", toUserId, certificateId: row.id, failedRunId: runId },
    }),
  });
}

const toWords = ({ message, detail }: RunFailure) => [message, detail].filter(Boolean).join("\n");

/** Of all the failures of one renewal these are told: the first, and those after which little time is left. */
function toStage(notAfter: Date | null): string {
  const days = notAfter ? countDaysLeft(notAfter) : 0;
  if (days < 0) return "expired";
  return days <= 1 ? "1" : days <= 7 ? "7" : "first";
}

async function followRenewal(tx: Tx, row: Row, run: RunHookInfo): Promise<void> {
  const failure = await readRunFailure(tx, run.id);
  const isStored = failure !== null && failure.stepName !== "certificates.renew";
  if (isStored) return tellOwner(tx, row, run.id, `${row.id}:run:${run.id}`);
  const failures = await tx.run.count({
    where: {
      startKey: { startsWith: `renew:${row.id}:${row.currentOrderId ?? "none"}:` },
      state: { in: ["failed", "cancelled"] },
    },
  });
  await tx.certificate.updateMany({
    where: { id: row.id, state: "issued" },
    data: {
      renewalError: (failure && toWords(failure)) ?? "The renewal was cancelled.",
      renewAt: new Date(Date.now() + pauseAfterFailure(failures)),
    },
  });
  if (run.state === "failed")
    await tellOwner(tx, row, run.id, `${row.id}:${row.currentOrderId}:${toStage(row.notAfter)}`);
}

async function followIssue(tx: Tx, row: Row, run: RunHookInfo): Promise<void> {
  const failure = await readRunFailure(tx, run.id);
  await tx.certificate.updateMany({
    where: { id: row.id, state: "pending" },
    data: { state: "failed", error: (failure && toWords(failure)) ?? "The run was cancelled." },
  });
  if (run.state === "failed") await tellOwner(tx, row, run.id, `${row.id}:run:${run.id}`);
}

/**
 * What follows when a run of a certificate did not get there: its row says why, its owner is told once, and a renewal is tried
 * again after a pause that grows. Called in the transaction that ends the run; safe to call twice.
 */
export async function followCertificateRun(tx: Tx, run: RunHookInfo): Promise<void> {
  if (run.mode !== "apply" || (run.state !== "failed" && run.state !== "cancelled")) return;
  if (run.checklistKey !== CERTIFICATE.key && run.checklistKey !== RENEW_CERTIFICATE.key) return;
  const { exclusiveName } = await tx.run.findUniqueOrThrow({ where: { id: run.id }, select: { exclusiveName: true } });
  const row = await read(tx, exclusiveName?.replace(/^certificate:/, "") ?? "");
  if (!row) return;
  if (run.checklistKey === RENEW_CERTIFICATE.key) await followRenewal(tx, row, run);
  else await followIssue(tx, row, run);
}
