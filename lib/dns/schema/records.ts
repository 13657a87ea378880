import { z } from "zod";
import { runLink } from "#lib/runs/schema.ts";
import {
  DESCRIPTION_MAX,
  RECORD_STATES,
  RECORD_TYPES,
  REMOVED_REASONS,
  TTL_DEFAULT,
  VALUES_MAX,
} from "../constants.ts";

/** What pages and the API get of records, and what they send. Names and values are judged by the one check on the server. */

const instant = z.iso.datetime();
const link = z.object({ id: z.string(), name: z.string() });

/** What stands in Route 53 instead of what is wanted. */
const observed = z.union([
  z.object({ absent: z.literal(true) }),
  z.object({ ttl: z.number().int().nullable(), values: z.array(z.string()), alias: z.string().nullable() }),
]);

/** What the reader may do with this record as it is now. */
const recordMay = z.object({
  edit: z.boolean(),
  remove: z.boolean(),
  renew: z.boolean(),
  restore: z.boolean(),
  adopt: z.boolean(),
  putRight: z.boolean(),
});

export const recordView = z.object({
  id: z.string(),
  zone: link,
  name: z.string(),
  type: z.string(),
  ttl: z.number().int(),
  values: z.array(z.string()),
  description: z.string(),
  state: z.enum(RECORD_STATES),
  /** The provider's own reason, when it refused. */
  error: z.string().nullable(),
  observed: observed.nullable(),
  /** Send it back with an edit. */
  version: z.number().int(),
  owner: link.nullable(),
  service: link.nullable(),
  createdAt: instant,
  syncedAt: instant.nullable(),
  /** When it is removed unless it is renewed; null: never. */
  expiresAt: instant.nullable(),
  removedAt: instant.nullable(),
  removedReason: z.enum(REMOVED_REASONS).nullable(),
  /** Until when a removed one can be restored. */
  restorableUntil: instant.nullable(),
  may: recordMay,
});

export const recordPage = z.object({
  items: z.array(recordView),
  /** Give it as `after` for the next page; null on the last. */
  next: z.string().nullable(),
  total: z.number().int(),
});

export const recordDetail = recordView.extend({
  /** Runs that wrote its zone since it was changed last, the newest first. */
  runs: z.array(runLink),
  /** What was done to it, the newest first; empty for readers whom it does not concern. */
  history: z.array(z.object({ id: z.string(), at: instant, who: z.string(), action: z.string(), text: z.string() })),
});

/** Where the reader may make records. */
const recordPlace = z.object({
  kind: z.enum(["personal", "service", "zone"]),
  /** Names end with this. */
  suffix: z.string(),
  zone: link,
  service: link.nullable(),
  used: z.number().int(),
  limit: z.number().int().nullable(),
});
export const recordPlaces = z.object({ places: z.array(recordPlace), lifetimeDays: z.number().int() });

const content = {
  ttl: z.number({ error: "Give the seconds as a whole number." }).default(TTL_DEFAULT),
  values: z.array(z.string().max(20_000)).max(VALUES_MAX, `A record has at most ${VALUES_MAX} values.`),
  description: z.string().trim().max(DESCRIPTION_MAX, `This is longer than ${DESCRIPTION_MAX} characters.`).default(""),
};
const name = z.string().trim().max(1_000, "The name is longer than 253 characters.");
const type = z.enum(RECORD_TYPES, { error: `One of ${RECORD_TYPES.join(", ")}.` });

export const createRecordInput = z.strictObject({ name, type, ...content });
export const editRecordInput = z.strictObject({ version: z.number().int(), ...content });
export const checkRecordInput = z.strictObject({ recordId: z.uuid().optional(), name, type, ...content });

/** What stands in the way of a record, by field; warnings stop nobody. */
export const recordFindings = z.object({
  /** The name as DNS has it, once it is one. */
  name: z.string().nullable(),
  /** By field: name, type, ttl, values, values.0 … */
  fields: z.record(z.string(), z.string()),
  warnings: z.array(z.object({ field: z.string(), message: z.string() })),
});

const serverAnswer = z.object({
  server: z.string(),
  address: z.string(),
  /** Empty: the name or type is not there. Null: no answer that counts. */
  values: z.array(z.string()).nullable(),
  ttl: z.number().int().nullable(),
  problem: z.string().nullable(),
});
export const recordAnswers = z.object({
  /** Null: nothing should be answered any more. */
  wanted: z.object({ ttl: z.number().int(), values: z.array(z.string()) }).nullable(),
  authoritative: z.array(serverAnswer),
  resolvers: z.array(serverAnswer),
  askedAt: instant,
});
