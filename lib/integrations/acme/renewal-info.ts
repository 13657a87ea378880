import { AuthorityKeyIdentifier, Certificate } from "pkijs";
import { splitChain } from "./chain.ts";
import type { AcmeClient } from "./client.ts";
import { RenewalInfo } from "./schema.ts";

const AUTHORITY_KEY_ID = "2.5.29.35";

export interface RenewalWindow {
  start: Date;
  end: Date;
  explanationUrl: string | null;
  /** Not to be asked again before this many milliseconds. */
  retryAfterMs: number | undefined;
}

/** How RFC 9773 calls a certificate: its issuer's key identifier and its serial number. Undefined when it has no such identifier. */
export function findRenewalId(chainPem: string): string | undefined {
  const [leaf] = splitChain(chainPem);
  if (!leaf) return undefined;
  const certificate = Certificate.fromBER(new Uint8Array(leaf.raw).buffer);
  const extension = certificate.extensions?.find(({ extnID }) => extnID === AUTHORITY_KEY_ID)?.parsedValue;
  const keyId = extension instanceof AuthorityKeyIdentifier ? extension.keyIdentifier : undefined;
  if (!keyId) return undefined;
  // The serial's bytes as DER has them: a leading zero that keeps it positive counts.
  const parts = [keyId.valueBlock.valueHexView, certificate.serialNumber.valueBlock.valueHexView];
  return parts.map((bytes) => Buffer.from(bytes).toString("base64url")).join(".");
}

/** When the authority would like this certificate to be renewed; undefined where it offers no such thing. */
export async function readRenewalWindow(
  client: AcmeClient,
  renewalId: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<RenewalWindow | undefined> {
  const { renewalInfo } = await client.directory(signal);
  if (!renewalInfo) return undefined;
  const { value, retryAfterMs } = await client.getJson(RenewalInfo, `${renewalInfo}/${renewalId}`, { signal });
  const { suggestedWindow, explanationURL } = value;
  return {
    start: new Date(suggestedWindow.start),
    end: new Date(suggestedWindow.end),
    explanationUrl: explanationURL ?? null,
    retryAfterMs,
  };
}
