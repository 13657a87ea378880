import { findChainProblem, splitChain } from "#lib/integrations/acme/chain.ts";
import { readCsrKey } from "#lib/integrations/acme/csr.ts";
import { readKey } from "#lib/integrations/acme/keys.ts";
import { db } from "#lib/platform/db/client.ts";
import { findSecretById } from "#lib/secrets/queries.ts";
import { isDueForRenewal } from "../format.ts";
import { findLineageByNames } from "./find-lineage-row.ts";

export interface PresentCertificate {
  id: string;
  serial: string;
  issuer: string;
  notBefore: Date;
  notAfter: Date;
}

export interface IssuedCertificate {
  certificate: PresentCertificate;
  /** What is wrong with it, if anything. */
  problem: string | undefined;
}

/** Which certificate: one of an id, or a service's for exactly these names. */
export type Wanted = { certificateId: string } | { serviceId: string | null; names: readonly string[] };

interface Row {
  keyType: string;
  csrPem: string | null;
  keySecretId: string | null;
}

async function openKeyOf({ keyType, csrPem, keySecretId }: Row) {
  if (keyType === "csr") return csrPem ? readCsrKey(csrPem) : undefined;
  const secret = keySecretId ? await findSecretById(db(), keySecretId).catch(() => null) : null;
  return secret ? readKey(secret.value) : undefined;
}

/** The certificate as issued, and what is wrong with it, if anything; undefined when none was issued. */
export async function findIssued(wanted: Wanted): Promise<IssuedCertificate | undefined> {
  const id =
    "certificateId" in wanted ? wanted.certificateId : (await findLineageByNames(wanted.serviceId, wanted.names))?.id;
  const row = id ? await db().certificate.findUnique({ where: { id } }) : null;
  if (row?.state !== "issued" || !row.serial || !row.issuer || !row.notBefore || !row.notAfter) return undefined;
  const { serial, issuer, notBefore, notAfter } = row;
  const certificate = { id: row.id, serial, issuer, notBefore, notAfter };
  const key = await openKeyOf(row);
  if (!key) return { certificate, problem: "Its private key cannot be opened." };
  return { certificate, problem: findChainProblem(splitChain(row.chainPem ?? ""), row.names.split(","), key) };
}

/** A certificate that serves as well as a new one would: right, and not yet in the last third of its life. */
export async function findPresent(wanted: Wanted): Promise<PresentCertificate | undefined> {
  const issued = await findIssued(wanted);
  if (!issued || issued.problem || isDueForRenewal(issued.certificate.notBefore, issued.certificate.notAfter))
    return undefined;
  return issued.certificate;
}
