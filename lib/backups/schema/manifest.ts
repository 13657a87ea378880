import { z } from "zod";
import { COMPRESSIONS, SOURCE_KINDS } from "../constants.ts";

/** Rows of each table (keys of each database, files of each folder), counted in the dump's own snapshot; two numbers where only a range could be had. */
const countsSchema = z.record(z.string(), z.tuple([z.number(), z.number()]));
export type Counts = z.output<typeof countsSchema>;

/** One object of a backup. */
const partSchema = z.object({
  /** database · globals · files · list · keys */
  name: z.string(),
  /** Under the target's own prefix. */
  key: z.string(),
  /** Of the stored object, after compression and encryption. */
  sizeBytes: z.number(),
  sha256: z.string(),
  /** Before compression. Said where that was counted while it was unpacked on its way, for nobody opens it once it is encrypted. */
  rawBytes: z.number().optional(),
});
export type Part = z.output<typeof partSchema>;

/** The object written last: what has none is not a backup. It is never encrypted and holds no data. */
export const manifestSchema = z.object({
  version: z.literal(2),
  backupId: z.string(),
  /** null: the panel itself. */
  service: z.string().nullable(),
  environment: z.string(),
  policy: z.string(),
  engine: z.enum(SOURCE_KINDS),
  /** Name of the database, path or volume. */
  source: z.string(),
  /** `sourceKey` of what was read; earlier versions did not say it. */
  sourceKey: z.string().optional(),
  /** Image by digest the dump was made with, and the proof uses; null for folders and the panel. */
  image: z.string().nullable(),
  /** What a server, or a new database, must be set to before it takes the dump; earlier versions did not say it. */
  serverSettings: z.record(z.string(), z.string()).optional(),
  startedAt: z.string(),
  finishedAt: z.string(),
  compression: z.enum(COMPRESSIONS),
  /** age recipients; empty: not encrypted. */
  recipients: z.array(z.string()),
  parts: z.array(partSchema).min(1),
  /** exact: counted in the dump's own snapshot. */
  counting: z.enum(["exact", "range"]),
  counts: countsSchema,
  /** Of exact ones the tables that are not transactional: they were counted at another moment than they were dumped. */
  outsideSnapshot: z.array(z.string()).optional(),
  /** Of each table's content, where the engine can say one that a restore gives again; else empty. */
  checksums: z.record(z.string(), z.string()),
  /** Of a replica set: what was written meanwhile is in it, to be replayed. */
  oplog: z.boolean().optional(),
});
export type Manifest = z.output<typeof manifestSchema>;
