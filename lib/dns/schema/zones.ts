import { z } from "zod";
import { ZONE_FILE_BYTES_MAX } from "../constants.ts";

const instant = z.iso.datetime();
const count = z.number().int();

export const zoneView = z.object({
  id: z.string(),
  name: z.string(),
  providerZoneId: z.string(),
  nameServers: z.array(z.string()),
  /** When a full pass last read the whole zone. */
  syncedAt: instant.nullable(),
  /** Record sets that pass saw. */
  setCount: count,
  counts: z.object({
    pending: count,
    in_sync: count,
    error: count,
    drift: count,
    removing: count,
    /** Seen in Route 53 and not the panel's. */
    foreign: count,
  }),
  /** Why nothing is written until a person allows it. */
  heldReason: z.string().nullable(),
  heldAt: instant.nullable(),
  /** Hex; names the changes that would be allowed. */
  heldPlanHash: z.string().nullable(),
  may: z.object({ sync: z.boolean(), allow: z.boolean(), import: z.boolean(), adopt: z.boolean() }),
});
export const zoneList = z.object({ zones: z.array(zoneView) });

export const foreignView = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  /** Of several sets at one place: weighted, by region and the like. */
  setIdentifier: z.string().nullable(),
  ttl: z.number().int().nullable(),
  values: z.array(z.string()),
  alias: z.string().nullable(),
  seenAt: instant,
  /** The panel can take it over: a plain set of a type it keeps. */
  adoptable: z.boolean(),
});
export const foreignPage = z.object({ items: z.array(foreignView), next: z.string().nullable() });

/** Whose records become that are taken over; neither: nobody's but the administrators', or whose name it is. */
const assignee = {
  ownerId: z.uuid().nullish(),
  serviceName: z.string().max(40).nullish(),
};
export const adoptForeignInput = z.strictObject({ ...assignee });
export const assignRecordInput = z.strictObject({ ...assignee });
export const adoptManyInput = z.strictObject({
  foreignIds: z.array(z.uuid()).min(1, "Choose at least one.").max(500, "At most 500 at once."),
  ...assignee,
});
export const adoptManyResult = z.object({
  adopted: z.array(z.object({ id: z.string(), name: z.string(), type: z.string() })),
  refused: z.array(z.object({ foreignId: z.string(), name: z.string(), type: z.string(), reason: z.string() })),
});

export const importInput = z.strictObject({
  text: z
    .string()
    .min(1, "Paste the zone file.")
    .max(ZONE_FILE_BYTES_MAX, `The file is larger than ${ZONE_FILE_BYTES_MAX / 1024 / 1024} MiB.`),
  ...assignee,
});

export const IMPORT_OUTCOMES = ["create", "adopt", "same", "skip", "refused"] as const;
/** One record set of the file, or one line that is none. */
const importLine = z.object({
  /** Line of the file where it begins. */
  line: z.number().int(),
  name: z.string().nullable(),
  type: z.string().nullable(),
  ttl: z.number().int().nullable(),
  values: z.array(z.string()),
  /** create: new · adopt: stands in Route 53 just so and is taken over · same: the panel has it · skip: not imported · refused: wrong */
  outcome: z.enum(IMPORT_OUTCOMES),
  reason: z.string().nullable(),
});
const importCounts = z.record(z.enum(IMPORT_OUTCOMES), z.number().int());
export const importPreview = z.object({ lines: z.array(importLine), counts: importCounts });
export const importResult = importPreview.extend({ runId: z.number().int().nullable() });

export const syncInput = z.strictObject({ mode: z.enum(["plan", "apply"]) });
export const allowInput = z.strictObject({ planHash: z.string().regex(/^[0-9a-f]{64}$/, "is not the hash of a plan") });
export const runStarted = z.object({ runId: z.number().int() });
