import { createHash } from "node:crypto";

const MAX_BASE = 50;

/**
 * Names to try for a person's own DNS label, in order: the readable one, then the same with some of what makes the account
 * unique, so that `john.smith`, `john-smith` and `john.smith` of another provider never share one.
 */
export function usernameCandidates(issuer: string, nameId: string): string[] {
  const local = nameId.split("@")[0] ?? "";
  const base =
    local
      .normalize("NFKD")
      .toLowerCase()
      .replace(/\p{M}/gu, "")
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, MAX_BASE)
      .replace(/-+$/, "") || "user";
  const tail = createHash("sha256").update(`${issuer}\0${nameId}`).digest("hex");
  return [base, `${base}-${tail.slice(0, 4)}`, `${base}-${tail.slice(0, 12)}`];
}
