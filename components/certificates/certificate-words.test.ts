import { expect, it } from "vitest";
import { lookOf } from "./certificate-words.ts";

const NOW = Date.parse("2027-01-10T12:00:00Z");
const issued = {
  state: "issued",
  work: null,
  notAfter: "2027-02-10T12:00:00Z",
  renewalError: null,
  error: null,
  autoRenew: true,
} as const;

it.each([
  ["issued", {}, "Issued", undefined],
  ["being renewed", { work: "renew" }, "Renewing", "the old one serves until 10 Feb 2027"],
  ["failing to renew", { renewalError: "no" }, "Renewal failing", "the old one serves until 10 Feb 2027"],
  ["just expired", { notAfter: "2027-01-10T11:00:00Z" }, "Expired today", undefined],
  ["long expired", { notAfter: "2027-01-04T12:00:00Z", renewalError: "no" }, "Expired 6 d ago", "no"],
  ["pending", { state: "pending", work: "issue", notAfter: null }, "Being issued", undefined],
  ["failed", { state: "failed", error: "why", notAfter: null }, "Not issued", "why"],
  ["revoked", { state: "revoked" }, "Revoked", undefined],
] as const)("a certificate that is %s says so", (_, more, word, note) => {
  const look = lookOf({ ...issued, ...more }, NOW);
  expect([look.word, look.note]).toEqual([word, note]);
});
