import { z } from "zod";
import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import type { CertificateView, OrderView } from "../types.ts";
import { readChain } from "./read-chain.ts";
import { readProblem } from "./read-problem.ts";
import { toSummary, workOf } from "./summarize.ts";
import { findActiveRun, findVisible, mayDo, type VisibleCertificate } from "./visible.ts";

const ORDERS_SHOWN = 20;
const SERVED_SHOWN = 200;

const phases = z
  .array(
    z.object({
      phase: z.string(),
      startedAt: z.iso.datetime(),
      finishedAt: z.iso.datetime().nullable().catch(null),
      detail: z.string().nullable().catch(null),
    }),
  )
  .catch([]);

const ariWindow = z
  .object({
    start: z.iso.datetime({ offset: true }),
    end: z.iso.datetime({ offset: true }),
    explanationUrl: z
      .url({ protocol: /^https?$/ })
      .nullable()
      .catch(null),
  })
  .nullable()
  .catch(null);

function toAriWindow(stored: unknown): CertificateView["ariWindow"] {
  const found = ariWindow.parse(stored);
  if (!found) return null;
  const [start, end] = [new Date(found.start).toISOString(), new Date(found.end).toISOString()];
  return { start, end, explanationUrl: found.explanationUrl };
}

const ORDER = {
  id: true,
  purpose: true,
  state: true,
  phase: true,
  phases: true,
  runId: true,
  problem: true,
  serial: true,
  createdAt: true,
  finishedAt: true,
} as const satisfies Prisma.AcmeOrderSelect;

const toOrder = (
  row: Prisma.AcmeOrderGetPayload<{ select: typeof ORDER }>,
  currentOrderId: string | null,
): OrderView => ({
  ...row,
  purpose: row.purpose === "renew" ? "renew" : "issue",
  phases: phases.parse(row.phases),
  problem: readProblem(row.problem),
  isCurrent: row.id === currentOrderId,
  createdAt: row.createdAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
});

/** What the reader may do with it in the state it is in. */
function decide(actor: Actor, row: VisibleCertificate, isBusy: boolean): CertificateView["may"] {
  const { renew, revoke, remove, download, deliver } = mayDo(actor, row.ownerId);
  const isIssued = row.state === "issued";
  return {
    renew: renew && isIssued && !isBusy,
    setAutoRenew: renew && isIssued,
    retry: renew && !isBusy && (row.state === "failed" || row.state === "pending"),
    revoke: revoke && isIssued && !isBusy,
    remove: remove && !isBusy && !isIssued,
    download: download && isIssued,
    downloadKey: download && isIssued && row.keyType !== "csr",
    deliver: deliver && isIssued && row.keyType !== "csr",
  };
}

/** One certificate with everything its page shows. Neither its chain's text nor its key is part of it. */
export async function getCertificate(actor: Actor, id: string): Promise<CertificateView> {
  authorize(actor, "certificates.read");
  const row = await findVisible(actor, id);
  const [more, orders, deliveries, served, run] = await Promise.all([
    db().certificate.findUniqueOrThrow({
      where: { id },
      select: { chainPem: true, issuedAt: true, ariWindow: true, revokedReason: true },
    }),
    db().acmeOrder.findMany({
      where: { certificateId: id },
      orderBy: { createdAt: "desc" },
      take: ORDERS_SHOWN,
      select: ORDER,
    }),
    db().certificateDelivery.findMany({ where: { certificateId: id }, orderBy: [{ kind: "asc" }, { target: "asc" }] }),
    db().servedCertificate.findMany({
      where: { certificateId: id },
      orderBy: { hostname: "asc" },
      take: SERVED_SHOWN,
    }),
    findActiveRun(db(), row),
  ]);
  return {
    ...toSummary(row, workOf(row.state, run?.checklistKey)),
    ...readChain(more.chainPem),
    issuedAt: more.issuedAt?.toISOString() ?? null,
    ariWindow: toAriWindow(more.ariWindow),
    revokedAt: row.revokedAt?.toISOString() ?? null,
    revokedReason: more.revokedReason,
    activeRun: run ? { id: run.id, title: run.title, state: run.state } : null,
    orders: orders.map((order) => toOrder(order, row.currentOrderId)),
    deliveries: deliveries.map(({ id: deliveryId, kind, target, state, serial, error, deliveredAt }) => ({
      ...{ id: deliveryId, kind, target, state, serial, error },
      deliveredAt: deliveredAt?.toISOString() ?? null,
    })),
    served: served.map(({ hostname, address, state, serial, issuer, notAfter, problem, checkedAt, since }) => ({
      ...{ hostname, address, state, serial, issuer, problem },
      notAfter: notAfter?.toISOString() ?? null,
      checkedAt: checkedAt.toISOString(),
      since: since.toISOString(),
    })),
    may: decide(actor, row, run !== null),
  };
}
