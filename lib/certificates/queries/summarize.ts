import type { Tx } from "#lib/platform/db/client.ts";
import type { CertificateState, CertificateWork, KeyType } from "../constants.ts";
import type { CertificateSummary } from "../types.ts";
import { exclusiveKeyOf, type SummaryRow } from "./visible.ts";

const toPerson = (row: { id: string; displayName: string } | null | undefined) =>
  row ? { id: row.id, name: row.displayName } : null;

export const splitNames = (names: string): string[] => names.split(",");

/** A row as a list shows it. */
export function toSummary(row: SummaryRow, work: CertificateWork | null): CertificateSummary {
  const { service } = row;
  return {
    id: row.id,
    names: splitNames(row.names),
    service: service ? { id: service.id, name: service.name } : null,
    owner: toPerson(service ? service.owner : row.owner),
    keyType: row.keyType as KeyType | "csr",
    state: row.state as CertificateState,
    issuer: row.issuer,
    serial: row.serial,
    notBefore: row.notBefore?.toISOString() ?? null,
    notAfter: row.notAfter?.toISOString() ?? null,
    autoRenew: row.autoRenew,
    renewAt: row.renewAt?.toISOString() ?? null,
    renewalError: row.renewalError,
    error: row.error,
    work,
    createdAt: row.createdAt.toISOString(),
  };
}

const WORKS: Record<string, CertificateWork> = {
  certificate: "issue",
  "renew-certificate": "renew",
  "revoke-certificate": "revoke",
};

/** What is being done: by a run of its own, or by the run that provisions its service. */
export const workOf = (state: string, checklistKey: string | undefined): CertificateWork | null =>
  WORKS[checklistKey ?? ""] ?? (state === "pending" ? "issue" : null);

/** Rows as a list shows them, with what runs do with each. */
export async function summarize(tx: Tx, rows: readonly SummaryRow[]): Promise<CertificateSummary[]> {
  const runs = await tx.run.findMany({
    where: { exclusiveKey: { in: rows.map((row) => exclusiveKeyOf(row.id)) } },
    select: { exclusiveKey: true, checklistKey: true },
  });
  const checklists = new Map(runs.map((run) => [run.exclusiveKey, run.checklistKey]));
  return rows.map((row) => toSummary(row, workOf(row.state, checklists.get(exclusiveKeyOf(row.id)))));
}
