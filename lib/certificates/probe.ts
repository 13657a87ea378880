import { BlockList, isIPv6 } from "node:net";
import type { ServedChain } from "#lib/integrations/tls/probe.ts";
import { AppError } from "#lib/platform/errors.ts";

/** Links of the worker's own machine, where a cloud answers with credentials, and what is no one's address. */
const NEVER = new BlockList();
NEVER.addSubnet("169.254.0.0", 16, "ipv4");
NEVER.addSubnet("0.0.0.0", 8, "ipv4");
NEVER.addSubnet("224.0.0.0", 3, "ipv4");
NEVER.addSubnet("fe80::", 10, "ipv6");
NEVER.addSubnet("ff00::", 8, "ipv6");
NEVER.addAddress("::", "ipv6");

/** Whether a worker opens a connection there because somebody's record says so. */
export const isProbed = (address: string): boolean => !NEVER.check(address, isIPv6(address) ? "ipv6" : "ipv4");

export type ServedState = "right" | "other" | "expired" | "untrusted" | "unreachable";

/** What a look at a host name came to. */
export interface Verdict {
  state: ServedState;
  serial: string | null;
  issuer: string | null;
  notAfter: Date | null;
  /** One sentence on what is wrong; null when it is right. */
  problem: string | null;
}

const DISTRUST: Record<string, string> = {
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the chain leads to no root that is believed",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the chain is not complete, or leads to no root that is believed",
  SELF_SIGNED_CERT_IN_CHAIN: "the chain leads to a root that is not believed",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the certificate is signed by itself",
  ERR_TLS_CERT_ALTNAME_INVALID: "the certificate is not for this name",
};

/** `expected`: serials that may be served for the host name. */
export function judgeServed(served: ServedChain, expected: ReadonlySet<string>, now: Date = new Date()): Verdict {
  const { serial, issuer, notAfter } = served;
  const verdict = (state: ServedState, problem: string | null): Verdict => ({
    state,
    serial,
    issuer,
    notAfter,
    problem,
  });
  if (notAfter <= now) return verdict("expired", `What it serves expired on ${notAfter.toISOString().slice(0, 10)}.`);
  if (!expected.has(serial))
    return verdict(
      "other",
      `It serves the certificate ${serial} of ${issuer}, for ${served.names.slice(0, 3).join(", ") || "no name"}, and not the panel's.`,
    );
  if (served.distrust !== null)
    return verdict("untrusted", `A browser would refuse it: ${DISTRUST[served.distrust] ?? served.distrust}.`);
  return verdict("right", null);
}

/** A host name that shows nothing at all. */
export const judgeSilence = (error: unknown): Verdict => ({
  state: "unreachable",
  serial: null,
  issuer: null,
  notAfter: null,
  problem:
    error instanceof AppError ? `${error.message}${error.detail ? ` (${error.detail})` : ""}` : "It does not answer.",
});

export const NOWHERE: Verdict = {
  state: "unreachable",
  serial: null,
  issuer: null,
  notAfter: null,
  problem: "Its name leads to no address any more.",
};
