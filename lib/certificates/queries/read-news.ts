import type { Tx } from "#lib/platform/db/client.ts";

/** What a mail about a certificate says: never a key. */
export interface CertificateNews {
  id: string;
  names: string[];
  serviceName: string | null;
  issuer: string | null;
  notAfter: Date | null;
  state: string;
  renewAt: Date | null;
  autoRenew: boolean;
  /** The key is with whoever made the certificate request. */
  isCsr: boolean;
}

export interface RunFailure {
  /** Of the step: certificates.renew. */
  stepName: string;
  message: string;
  detail: string | null;
  advice: string | null;
}

/** One certificate, for a mail; null when there is none any more. Takes explicit arguments, for steps. */
export async function readCertificateNews(tx: Tx, certificateId: string): Promise<CertificateNews | null> {
  const row = await tx.certificate.findUnique({
    where: { id: certificateId },
    select: {
      ...{ id: true, names: true, issuer: true, notAfter: true, state: true, renewAt: true, autoRenew: true },
      ...{ keyType: true, service: { select: { name: true } } },
    },
  });
  if (!row) return null;
  const { service, keyType, ...rest } = row;
  return { ...rest, names: row.names.split(","), serviceName: service?.name ?? null, isCsr: keyType === "csr" };
}

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : null);

/** Why a run failed, in the words of its failed step. */
export async function readRunFailure(tx: Tx, runId: number): Promise<RunFailure | null> {
  const step = await tx.step.findFirst({
    where: { runId, state: { in: ["failed", "needs_person"] } },
    select: { name: true, error: true },
    orderBy: { position: "asc" },
  });
  if (!step) return null;
  const error = typeof step.error === "object" && step.error !== null ? (step.error as Record<string, unknown>) : {};
  return {
    stepName: step.name,
    message: text(error.message) ?? "The run failed.",
    detail: text(error.detail),
    advice: text(error.advice),
  };
}
