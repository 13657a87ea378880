import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { splitChain } from "#lib/integrations/acme/chain.ts";
import { buildPkcs12 } from "#lib/integrations/acme/pkcs12.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict } from "#lib/platform/errors.ts";
import { findSecretById } from "#lib/secrets/queries.ts";
import { nameFiles } from "../format.ts";
import { splitNames } from "../queries/summarize.ts";
import { findVisible } from "../queries/visible.ts";

export interface CertificateFile {
  fileName: string;
  content: string | Uint8Array;
}

export type PublicPart = "certificate" | "chain" | "fullchain";

/** What is served now, while a renewal is under way too; only for its owner and administrators. */
async function readServed(tx: Tx, actor: UserActor, id: string) {
  const row = await findVisible(actor, id, tx);
  authorize(actor, "certificates.download", row);
  const { chainPem } = await tx.certificate.findUniqueOrThrow({ where: { id }, select: { chainPem: true } });
  if (row.state !== "issued" || !chainPem)
    throw conflict("certificates.not_issued", "There is nothing to download: it is not issued.");
  return { row, names: splitNames(row.names), chainPem };
}

/** Leaf, issuers, or both; each with a line break at its end, as programs that join files want it. */
export async function downloadPart(actor: UserActor, id: string, part: PublicPart): Promise<CertificateFile> {
  return transaction(async (tx) => {
    const { names, chainPem } = await readServed(tx, actor, id);
    const [leaf, ...issuers] = splitChain(chainPem).map((certificate) => certificate.toString().trimEnd());
    const parts = { certificate: [leaf], chain: issuers, fullchain: [leaf, ...issuers] }[part];
    return { fileName: nameFiles(names)[part], content: `${parts.join("\n")}\n` };
  });
}

async function readKey(tx: Tx, served: Awaited<ReturnType<typeof readServed>>): Promise<string> {
  if (served.row.keyType === "csr")
    throw conflict(
      "certificates.no_key",
      "The panel never had this key.",
      "It is where the certificate request was made.",
    );
  const secret = served.row.keySecretId ? await findSecretById(tx, served.row.keySecretId) : null;
  if (!secret) throw conflict("certificates.key_gone", "The private key is not in the panel any more.", "Renew it.");
  return secret.value.toString();
}

/** Every key that leaves the panel is written down first: who took it, of what, in which form. */
const auditKey = (tx: Tx, actor: UserActor, served: Awaited<ReturnType<typeof readServed>>, form: "pem" | "pkcs12") =>
  recordAudit(tx, actor, {
    action: "certificates.downloadKey",
    subjectType: "certificate",
    subjectId: served.row.id,
    detail: { names: served.names, serial: served.row.serial, form },
  });

/** The private key as PEM. */
export async function downloadKey(actor: UserActor, id: string): Promise<CertificateFile> {
  return transaction(async (tx) => {
    const served = await readServed(tx, actor, id);
    const key = await readKey(tx, served);
    await auditKey(tx, actor, served, "pem");
    return { fileName: nameFiles(served.names).key, content: `${key.trimEnd()}\n` };
  });
}

/** Key and chain in one file, locked with the passphrase. */
export async function downloadPkcs12(actor: UserActor, id: string, passphrase: string): Promise<CertificateFile> {
  const { names, chainPem, keyPem } = await transaction(async (tx) => {
    const served = await readServed(tx, actor, id);
    const key = await readKey(tx, served);
    await auditKey(tx, actor, served, "pkcs12");
    return { names: served.names, chainPem: served.chainPem, keyPem: key };
  });
  const content = await buildPkcs12({ keyPem, chainPem, passphrase, name: names[0] ?? "certificate" });
  return { fileName: nameFiles(names).pkcs12, content };
}
