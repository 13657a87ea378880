import { z } from "zod";
import {
  CERTIFICATE_STATES,
  CERTIFICATE_WORKS,
  KEY_TYPES,
  NAMES_MAX,
  PASSPHRASE_MAX,
  PASSPHRASE_MIN,
  REVOKE_REASONS,
} from "./constants.ts";

/** What the browser sends and gets. No view holds a private key, and none may. */
const instant = z.iso.datetime();
const person = z.object({ id: z.string(), name: z.string() });
const run = z.object({ id: z.number().int(), title: z.string(), state: z.string() });

export const certificateSummary = z.object({
  id: z.string(),
  names: z.array(z.string()),
  service: person.nullable(),
  /** Whose it is; of a service's certificate, the service's owner. */
  owner: person.nullable(),
  keyType: z.enum([...KEY_TYPES, "csr"]),
  state: z.enum(CERTIFICATE_STATES),
  issuer: z.string().nullable(),
  serial: z.string().nullable(),
  notBefore: instant.nullable(),
  notAfter: instant.nullable(),
  autoRenew: z.boolean(),
  /** When the next renewal is due. */
  renewAt: instant.nullable(),
  /** Why the last renewal failed; what is served stays as it is. */
  renewalError: z.string().nullable(),
  /** Why the first issue failed. */
  error: z.string().nullable(),
  /** What a run does with it at this moment. */
  work: z.enum(CERTIFICATE_WORKS).nullable(),
  createdAt: instant,
});

export const certificatePage = z.object({
  items: z.array(certificateSummary),
  /** Give it as `after` for the next page; null on the last. */
  next: z.string().nullable(),
  total: z.number().int(),
});

/** A problem document (RFC 7807) as the authority sent it, with what was known beside it. */
const orderProblem = z.object({
  type: z.string().nullable(),
  detail: z.string(),
  names: z.array(z.string()),
  subproblems: z.array(z.object({ name: z.string().nullable(), type: z.string().nullable(), detail: z.string() })),
});

const orderView = z.object({
  id: z.string(),
  purpose: z.enum(["issue", "renew"]),
  state: z.string(),
  phase: z.string(),
  phases: z.array(
    z.object({ phase: z.string(), startedAt: instant, finishedAt: instant.nullable(), detail: z.string().nullable() }),
  ),
  runId: z.number().int().nullable(),
  problem: orderProblem.nullable(),
  serial: z.string().nullable(),
  /** What is served now came from it. */
  isCurrent: z.boolean(),
  createdAt: instant,
  finishedAt: instant.nullable(),
});

/** One certificate of the chain. Certificates are public; their keys are not here. */
const chainLink = z.object({
  subject: z.string(),
  issuer: z.string(),
  serial: z.string(),
  notAfter: instant,
  fingerprint: z.string(),
});

/** What a host name really serves, as last seen from the worker. */
export const servedView = z.object({
  hostname: z.string(),
  address: z.string(),
  /** right | other | expired | untrusted | unreachable */
  state: z.string(),
  serial: z.string().nullable(),
  issuer: z.string().nullable(),
  notAfter: instant.nullable(),
  problem: z.string().nullable(),
  checkedAt: instant,
  since: instant,
});

export const certificateView = certificateSummary.extend({
  chain: z.array(chainLink),
  /** "ECDSA P-256", read from the certificate itself. */
  key: z.string().nullable(),
  issuedAt: instant.nullable(),
  ariWindow: z.object({ start: instant, end: instant, explanationUrl: z.string().nullable() }).nullable(),
  revokedAt: instant.nullable(),
  revokedReason: z.string().nullable(),
  activeRun: run.nullable(),
  /** The newest first. */
  orders: z.array(orderView),
  deliveries: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      target: z.string(),
      state: z.string(),
      serial: z.string().nullable(),
      error: z.string().nullable(),
      deliveredAt: instant.nullable(),
    }),
  ),
  served: z.array(servedView),
  /** What the reader may do with it now. */
  may: z.object({
    renew: z.boolean(),
    setAutoRenew: z.boolean(),
    retry: z.boolean(),
    revoke: z.boolean(),
    remove: z.boolean(),
    download: z.boolean(),
    downloadKey: z.boolean(),
    deliver: z.boolean(),
  }),
});

const calendarEntry = certificateSummary.pick({
  id: true,
  names: true,
  service: true,
  owner: true,
  notAfter: true,
  autoRenew: true,
  renewAt: true,
  renewalError: true,
});

export const certificateCalendar = z.object({
  overdue: z.array(calendarEntry),
  /** Months that have certificates, in order: "2027-02". */
  months: z.array(z.object({ month: z.string(), certificates: z.array(calendarEntry) })),
  /** There are more than are shown. */
  isCut: z.boolean(),
});

/** What the page of a new certificate offers. */
export const certificatePlaces = z.object({
  /** The reader's own `*.user.root` and `user.root`, and the certificate there is for them. */
  personal: z.object({ names: z.array(z.string()), certificate: certificateSummary.nullable() }).nullable(),
  /** Domains the reader may certify names under: their own and their services'. */
  suffixes: z.array(z.object({ suffix: z.string(), service: z.string().nullable() })),
  /** Administrators: any name in these zones. */
  zones: z.array(z.string()),
  mayRequest: z.boolean(),
});

const names = z.array(z.string().max(300)).max(NAMES_MAX, `A certificate holds at most ${NAMES_MAX} names.`);
const csr = z.string().max(20_000);

export const certificateRequest = z.strictObject({
  /** Host names, with or without a star. With a certificate request they are read from it. */
  names: names.optional(),
  csr: csr.optional(),
  keyType: z.enum(KEY_TYPES).optional(),
  autoRenew: z.boolean().optional(),
});

export const certificateCheckRequest = certificateRequest.pick({ names: true, csr: true, keyType: true });

export const certificateCheck = z.object({
  /** As they will stand in the certificate. */
  names: z.array(z.object({ given: z.string(), name: z.string().nullable(), problem: z.string().nullable() })),
  /** What is wrong with the whole: the request file, too many names. */
  problem: z.string().nullable(),
  /** The key in the certificate request. */
  key: z.string().nullable(),
  /** The service it will belong to. */
  service: z.string().nullable(),
  /** There is one for these names. */
  existing: certificateSummary.nullable(),
});

export const requestedCertificate = z.object({
  certificateId: z.string(),
  /** Null when there was one for these names already: it is offered instead. */
  runId: z.number().int().nullable(),
  created: z.boolean(),
});

export const revokeRequest = z.strictObject({
  reason: z.enum(REVOKE_REASONS),
  /** The certificate's first name, typed. */
  name: z.string().max(300),
});

export const passphraseRequest = z.strictObject({
  passphrase: z
    .string()
    .min(PASSPHRASE_MIN, `Give at least ${PASSPHRASE_MIN} characters.`)
    .max(PASSPHRASE_MAX, `Give at most ${PASSPHRASE_MAX} characters.`)
    .regex(/^[\x20-\x7e]*$/, "Use plain letters, digits and signs: programs read others differently."),
});
