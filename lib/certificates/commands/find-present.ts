import { findChainProblem, splitChain } from "#lib/integrations/acme/chain.ts";
import { readKey } from "#lib/integrations/acme/keys.ts";
import { db } from "#lib/platform/db/client.ts";
import { findSecret } from "#lib/secrets/queries.ts";
import { isDueForRenewal, toNamesKey } from "../format.ts";
import { keySecretName } from "./prepare-order.ts";

export interface PresentCertificate {
  id: string;
  serial: string;
  issuer: string;
  notBefore: Date;
  notAfter: Date;
}

/** The newest issued certificate of a service for exactly these names, and what is wrong with it, if anything. */
export async function findIssued(
  serviceId: string | null,
  names: readonly string[],
): Promise<{ certificate: PresentCertificate; problem: string | undefined } | undefined> {
  const row = await db().certificate.findFirst({
    where: { serviceId, names: toNamesKey(names), state: "issued" },
    orderBy: { notAfter: "desc" },
  });
  if (!row?.serial || !row.issuer || !row.notBefore || !row.notAfter) return undefined;
  const { id, serial, issuer, notBefore, notAfter } = row;
  const certificate = { id, serial, issuer, notBefore, notAfter };
  const key = await findSecret(db(), keySecretName(id)).catch(() => null);
  if (!key) return { certificate, problem: "Its private key cannot be opened." };
  return { certificate, problem: findChainProblem(splitChain(row.chainPem ?? ""), names, readKey(key.value)) };
}

/** A certificate that serves as well as a new one would: right, and not yet in the last third of its life. */
export async function findPresent(
  serviceId: string | null,
  names: readonly string[],
): Promise<PresentCertificate | undefined> {
  const issued = await findIssued(serviceId, names);
  if (!issued || issued.problem || isDueForRenewal(issued.certificate.notBefore, issued.certificate.notAfter))
    return undefined;
  return issued.certificate;
}
