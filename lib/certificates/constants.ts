/** First issue of a set of names; renewals that are pending or failing leave it issued. */
export const CERTIFICATE_STATES = ["pending", "issued", "failed", "revoked"] as const;
export type CertificateState = (typeof CERTIFICATE_STATES)[number];

/** What a run can be doing with one. */
export const CERTIFICATE_WORKS = ["issue", "renew", "revoke"] as const;
export type CertificateWork = (typeof CERTIFICATE_WORKS)[number];

/** What a list can be narrowed to; without one it shows everything but what was revoked. */
export const CERTIFICATE_FILTERS = ["issued", "pending", "failing", "failed", "revoked"] as const;
export type CertificateFilter = (typeof CERTIFICATE_FILTERS)[number];

/** Keys the panel makes. `csr`: the key stays with whoever made the request. */
export const KEY_TYPES = ["ec-p256", "ec-p384", "rsa-2048", "rsa-4096"] as const;
export type KeyType = (typeof KEY_TYPES)[number];

/** What an order goes through, in this order. */
export const ORDER_PHASES = [
  "order",
  "challenges",
  "servers",
  "validation",
  "finalise",
  "stored",
  "cleaned",
  "delivered",
] as const;

/** Reasons of RFC 5280 that a holder may give. */
export const REVOKE_REASONS = [
  "unspecified",
  "keyCompromise",
  "affiliationChanged",
  "superseded",
  "cessationOfOperation",
] as const;
export type RevokeReason = (typeof REVOKE_REASONS)[number];

/** As many names as a Let's Encrypt certificate holds. */
export const NAMES_MAX = 100;
/** All names together, with commas. */
export const NAMES_CHARS_MAX = 1_000;
export const PASSPHRASE_MIN = 8;
export const PASSPHRASE_MAX = 100;
