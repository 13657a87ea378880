import { X509Certificate } from "node:crypto";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { findSecretById } from "#lib/secrets/queries.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { toNamesKey } from "../format.ts";
import { redactKey } from "./redact-key.ts";

/** A certificate with its key, as it goes to where it is served. */
export interface Deliverable {
  id: string;
  serviceId: string | null;
  names: string[];
  serial: string;
  chainPem: string;
  keyPem: string;
}

const notReady = (message: string) =>
  new AppError({
    code: "certificates.not_issued",
    message,
    advice: "Retry when it has been issued.",
    retry: "permanent",
  });

/** What a certificate is now, with its key; both are of one issue. The key is redacted from here on. */
export async function readDeliverable(ctx: Pick<StepContext, "redact">, certificateId: string): Promise<Deliverable> {
  const row = await db().certificate.findUnique({ where: { id: certificateId } });
  if (!row?.chainPem || row.state !== "issued") throw notReady("The certificate has not been issued, or was revoked.");
  if (row.csrPem !== null || row.keySecretId === null)
    throw new AppError({
      code: "certificates.no_key",
      message: "Its private key never came to the panel, so it cannot be brought anywhere.",
      advice: "Download the chain and put it beside the key by hand.",
      retry: "permanent",
    });
  const secret = await findSecretById(db(), row.keySecretId);
  if (!secret)
    throw new AppError({
      code: "certificates.key_gone",
      message: "Its private key is no longer in the panel.",
      advice: "Renew the certificate.",
      retry: "needs_person",
    });
  const keyPem = secret.value.toString();
  redactKey(ctx, keyPem);
  const { id, serviceId, chainPem } = row;
  const serial = row.serial ?? new X509Certificate(chainPem).serialNumber;
  return { id, serviceId, names: row.names.split(","), serial, chainPem, keyPem };
}

/** Id and serial of a service's issued certificate for exactly these names. */
export async function findServiceCertificate(
  serviceId: string,
  names: readonly string[],
): Promise<{ id: string; serial: string | null } | null> {
  return db().certificate.findFirst({
    where: { serviceId, names: toNamesKey(names), state: "issued", csrPem: null },
    orderBy: { notAfter: "desc" },
    select: { id: true, serial: true },
  });
}
