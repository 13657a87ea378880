import { z } from "zod";
import { sourceSchema } from "#lib/backups/schema/source.ts";
import { MOVE_MODES } from "../constants.ts";

const stackName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/);
const host = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/);

const place = {
  stackName,
  /** The copy beside it, on the new host. */
  copyStackName: stackName,
  /** The stack's own network. */
  networkName: z.string().max(120),
  fromHost: host,
  toHost: host,
};

/** Where from and where to. */
export interface MovePlace {
  serviceName: string;
  environment: string;
  stackName: string;
  copyStackName: string;
  networkName: string;
  fromHost: string;
  toHost: string;
}

const sqlSource = sourceSchema.refine((source) => ["mariadb", "mysql", "postgresql"].includes(source.kind), {
  error: "is not a database",
});

const probe = z.object({
  host: z.string().max(253),
  port: z.number().int().min(1).max(65_535),
  path: z.string().max(400),
  hostname: z.string().max(253),
  status: z.number().int(),
});
export type MoveProbe = z.output<typeof probe>;

const folder = z.strictObject({
  /** Short; part of the step's key. */
  key: z.string().max(60),
  kind: z.enum(["bind", "volume"]),
  /** The folder's path, or the volume's name. */
  source: z.string().max(300),
});
export type MovingFolder = z.output<typeof folder>;

export const placeInput = z.strictObject(place);
export type PlaceInput = z.output<typeof placeInput>;

export const checkInput = placeInput.extend({
  hasDatabase: z.boolean(),
  volumes: z.array(z.string().max(200)).max(60),
  stagingWaiver: z.string().nullable(),
  /** What the reverse proxy is to pass on to, where that is not what it passes on to today. */
  newUpstream: z.string().max(253).nullable().default(null),
});
export type CheckInput = z.output<typeof checkInput>;

export const tryInput = placeInput.extend({ probe: probe.nullable() });
export type TryInput = z.output<typeof tryInput>;

export const waitInput = z.strictObject({ seconds: z.number().int().min(0).max(604_800) });

export const stopInput = placeInput.extend({ mode: z.enum(MOVE_MODES), database: sqlSource.nullable() });
export type StopInput = z.output<typeof stopInput>;

export const releaseInput = z.strictObject({ database: sqlSource });
export type ReleaseInput = z.output<typeof releaseInput>;

export const copyDataInput = z.strictObject({ from: sqlSource, to: sqlSource });
export type CopyDataInput = z.output<typeof copyDataInput>;

export const copyFolderInput = placeInput.extend({
  folder,
  /** `first`: while it is in use, so that there is a folder at all; `last`: while nobody writes. */
  pass: z.enum(["first", "last"]),
  replaceLeftovers: z.boolean(),
});
export type CopyFolderInput = z.output<typeof copyFolderInput>;

export const settleInput = z.strictObject({
  placement: z.record(z.string(), z.string()),
  upstreamHost: z.string().max(253),
  ipv4: z.string().nullable(),
  /** Its folder is on storage that every host sees. */
  foldersShared: z.boolean().default(false),
});
export type SettleInput = z.output<typeof settleInput>;

export const proveInput = tryInput.extend({
  budgetS: z.number().int(),
  /** Of a run that goes back; left out: the move whose run it is. */
  moveId: z.uuid().optional(),
});
export type ProveInput = z.output<typeof proveInput>;

export const purgeInput = z.strictObject({ hostnames: z.array(z.string().max(253)).min(1).max(100) });
export type PurgeInput = z.output<typeof purgeInput>;
