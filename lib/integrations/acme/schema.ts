import { z } from "zod";

/** A problem document (RFC 7807) as RFC 8555 extends it. */
export const Problem = z.object({
  type: z.string().default("about:blank"),
  detail: z.string().default(""),
  status: z.number().optional(),
  subproblems: z
    .array(
      z.object({
        type: z.string().default(""),
        detail: z.string().default(""),
        identifier: z.object({ type: z.string().default("dns"), value: z.string() }).optional(),
      }),
    )
    .optional(),
});
export type Problem = z.output<typeof Problem>;

export const Directory = z.object({
  newNonce: z.url(),
  newAccount: z.url(),
  newOrder: z.url(),
  revokeCert: z.url(),
  keyChange: z.url().optional(),
  /** RFC 9773, where it is offered. */
  renewalInfo: z.url().optional(),
  meta: z.object({ externalAccountRequired: z.boolean().optional() }).optional(),
});
export type Directory = z.output<typeof Directory>;

const Identifier = z.object({ type: z.string(), value: z.string() });

export const Account = z.object({ status: z.string(), orders: z.url().optional() });

export const Order = z.object({
  status: z.enum(["pending", "ready", "processing", "valid", "invalid"]),
  identifiers: z.array(Identifier),
  authorizations: z.array(z.url()),
  finalize: z.url(),
  expires: z.string().optional(),
  certificate: z.url().optional(),
  error: Problem.optional(),
});
export type Order = z.output<typeof Order>;

export const Challenge = z.object({
  type: z.string(),
  url: z.url(),
  status: z.string(),
  token: z.string().optional(),
  error: Problem.optional(),
});

export const Authorization = z.object({
  identifier: Identifier,
  status: z.enum(["pending", "valid", "invalid", "deactivated", "expired", "revoked"]),
  wildcard: z.boolean().optional(),
  challenges: z.array(Challenge),
});
export type Authorization = z.output<typeof Authorization>;

export const OrderList = z.object({ orders: z.array(z.url()) });

/** When the authority would like a certificate to be renewed (RFC 9773). */
export const RenewalInfo = z.object({
  suggestedWindow: z.object({ start: z.iso.datetime({ offset: true }), end: z.iso.datetime({ offset: true }) }),
  explanationURL: z.url().optional(),
});
