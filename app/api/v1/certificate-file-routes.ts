import { z } from "zod";
import { type Download, defineDownload } from "#lib/api/define-download.ts";
import {
  type CertificateFile,
  downloadKey,
  downloadPart,
  downloadPkcs12,
} from "#lib/certificates/commands/download-part.ts";
import { passphraseRequest } from "#lib/certificates/schema.ts";

const params = z.object({ certificateId: z.uuid() });

async function* once(content: string | Uint8Array) {
  yield content;
}

/** Nothing on the way keeps it: every answer of the API is `no-store`. */
const toDownload = ({ fileName, content }: CertificateFile, contentType: Download["contentType"]): Download => ({
  fileName,
  contentType,
  body: once(content),
});

const certificate = defineDownload({
  path: "/certificates/{certificateId}/certificate.pem",
  action: "certificates.download",
  summary: "The certificate alone, as PEM.",
  params,
  handler: async ({ actor, params: { certificateId } }) =>
    toDownload(await downloadPart(actor, certificateId, "certificate"), "application/x-pem-file"),
});

const chain = defineDownload({
  path: "/certificates/{certificateId}/chain.pem",
  action: "certificates.download",
  summary: "Its issuers, as PEM.",
  params,
  handler: async ({ actor, params: { certificateId } }) =>
    toDownload(await downloadPart(actor, certificateId, "chain"), "application/x-pem-file"),
});

const fullchain = defineDownload({
  path: "/certificates/{certificateId}/fullchain.pem",
  action: "certificates.download",
  summary: "The certificate and its issuers, as PEM: what most servers want.",
  params,
  handler: async ({ actor, params: { certificateId } }) =>
    toDownload(await downloadPart(actor, certificateId, "fullchain"), "application/x-pem-file"),
});

const key = defineDownload({
  method: "POST",
  path: "/certificates/{certificateId}/key.pem",
  action: "certificates.download",
  summary: "Its private key, as PEM. Each download is recorded.",
  params,
  handler: async ({ actor, params: { certificateId } }) =>
    toDownload(await downloadKey(actor, certificateId), "application/x-pem-file"),
});

const pkcs12 = defineDownload({
  method: "POST",
  path: "/certificates/{certificateId}/pkcs12",
  action: "certificates.download",
  summary: "Key and full chain as PKCS #12, locked with the passphrase in the body. Each download is recorded.",
  params,
  body: passphraseRequest,
  handler: async ({ actor, params: { certificateId }, body }) =>
    toDownload(await downloadPkcs12(actor, certificateId, body.passphrase), "application/x-pkcs12"),
});

export const certificateFileRoutes = [certificate, chain, fullchain, key, pkcs12] as const;
