import type { RevokeReason } from "#lib/certificates/constants.ts";
import type { CertificateSummary } from "#lib/certificates/types.ts";
import { daysUntil } from "#lib/platform/format.ts";
import type { State } from "../ui/state-badge.tsx";

/** What a certificate is, at a glance. `note`: the one thing to know besides. */
export interface CertificateLook {
  state: State;
  word: string;
  /** Amber, though nobody is waited for. */
  alert?: boolean;
  note?: string;
}

type Known = Pick<CertificateSummary, "state" | "work" | "notAfter" | "renewalError" | "error" | "autoRenew">;

const WORKING = { issue: "Being issued", renew: "Renewing", revoke: "Being revoked" } as const;

const shortDate = (at: string) =>
  new Date(at).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

export const isExpired = ({ notAfter }: Pick<CertificateSummary, "notAfter">, now: number) =>
  notAfter !== null && Date.parse(notAfter) <= now;

/** A certificate's state in words: the worst first, and never "failing" without what still serves. */
export function lookOf(one: Known, now: number): CertificateLook {
  const { state, work, notAfter, renewalError } = one;
  if (state === "revoked") return { state: "undone", word: "Revoked" };
  if (state === "failed") return { state: "failed", word: "Not issued", ...(one.error ? { note: one.error } : {}) };
  if (state === "pending") return { state: "running", word: WORKING.issue };
  const until = notAfter ? shortDate(notAfter) : null;
  if (isExpired(one, now)) {
    const days = notAfter ? daysUntil(now, Date.parse(notAfter)) : 0;
    const word = days < 1 ? "Expired today" : `Expired ${days} d ago`;
    return { state: "failed", word, ...(renewalError ? { note: renewalError } : {}) };
  }
  if (work)
    return { state: "running", word: WORKING[work], ...(until ? { note: `the old one serves until ${until}` } : {}) };
  if (renewalError)
    return { state: "person", alert: true, word: "Renewal failing", note: `the old one serves until ${until}` };
  return { state: "done", word: "Issued" };
}

export const KEY_WORDS: Record<CertificateSummary["keyType"], string> = {
  "ec-p256": "ECDSA P-256",
  "ec-p384": "ECDSA P-384",
  "rsa-2048": "RSA 2048",
  "rsa-4096": "RSA 4096",
  csr: "Your own, by certificate request",
};

/** "*.sam.example.org and 3 more" */
export const nameShortly = (names: readonly string[]): string =>
  names.length > 1 ? `${names[0]} and ${names.length - 1} more` : (names[0] ?? "");

export const REASON_WORDS: Record<RevokeReason, string> = {
  unspecified: "No reason given",
  keyCompromise: "Somebody else may have the key",
  superseded: "Another certificate replaces it",
  cessationOfOperation: "The names are not used any more",
  affiliationChanged: "The names belong to somebody else now",
};

/** A stored reason in words, whatever wrote it. */
export const wordReason = (reason: string | null): string | undefined =>
  Object.entries(REASON_WORDS).find(([key]) => key === reason)?.[1];
