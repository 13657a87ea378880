import { createHash, X509Certificate } from "node:crypto";
import { AppError } from "#lib/platform/errors.ts";
import type { PresentIngressCertificate } from "./types.ts";

const SAFE_ID = /^[a-z0-9][a-z0-9-]{0,79}$/;

/** The id, known to be one of the panel's own: letters, digits and hyphens, so that no path and no query is made of it. */
export function assertSafeId(id: string): string {
  if (SAFE_ID.test(id)) return id;
  throw new AppError({ code: "ingress.bad_id", message: `"${id.slice(0, 80)}" is not an id of the panel's own.` });
}

function readLeaf(chainPem: string): X509Certificate {
  try {
    return new X509Certificate(chainPem);
  } catch (error) {
    throw new AppError({
      code: "ingress.bad_certificate",
      message: "The certificate to bring to the ingress cannot be read.",
      cause: error,
    });
  }
}

/** Names and serial of a chain's first certificate. */
export function describeChain(chainPem: string): PresentIngressCertificate {
  const leaf = readLeaf(chainPem);
  const names = (leaf.subjectAltName ?? "")
    .split(", ")
    .filter((part) => part.startsWith("DNS:"))
    .map((part) => part.slice("DNS:".length).toLowerCase())
    .sort();
  return { names, serial: leaf.serialNumber };
}

/** Short and different for every certificate, a renewed one too. */
export const fingerprintOf = (chainPem: string): string =>
  createHash("sha256").update(readLeaf(chainPem).raw).digest("hex").slice(0, 16);

/** Takes keys and certificates out of somebody else's words. */
export const withoutPem = (text: string): string =>
  text.replace(/-----BEGIN[\s\S]*?(-----END[^-]*-----|$)/g, "[redacted]").slice(0, 1_000);
