import { z } from "zod";
import { BUDGET_S, MOVE_MODES } from "../constants.ts";

const node = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,99}$/, "Give the node's name as the swarm lists it, such as app-02.");
const reachable = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9_.:-]{1,253}$/, "Give a host name or an address.");

/** What a person says of a move; everything else the panel finds out. */
export const newMoveSchema = z.strictObject({
  environment: z.string().max(20),
  toHost: node,
  /** Where the reverse proxy reaches published ports on the new host; null: as now. */
  upstreamHost: reachable.nullable().default(null),
  /** Address its names point at afterwards; null: they stay as they are. */
  ipv4: z.ipv4("Give an IPv4 address.").nullable().default(null),
  mode: z.enum(MOVE_MODES, { error: "Choose how writing is stopped." }).default("stop"),
  /** Seconds the service may be down or read-only. */
  budgetS: z
    .number({ error: "Give the time in seconds." })
    .int()
    .min(BUDGET_S.min, `Give ${BUDGET_S.min} seconds at least.`)
    .max(BUDGET_S.max, "A day is the most.")
    .default(BUDGET_S.default),
  /** A person says when the downtime begins; false: it begins as soon as all is ready. */
  waitForGo: z.boolean().default(true),
  /** Folders are on storage that both hosts see: nothing of them is copied. */
  foldersShared: z.boolean().default(false),
  /** What an earlier move left on the new host is put aside. */
  replaceLeftovers: z.boolean().default(false),
  /** Production without staging first: why. */
  stagingWaiver: z.string().trim().max(300).default(""),
});
export type NewMove = z.output<typeof newMoveSchema>;

export const startMoveSchema = newMoveSchema.extend({ planHash: z.string().regex(/^[0-9a-f]{64}$/) });

export const movePlanView = z.object({
  planHash: z.string(),
  fromHost: z.string(),
  steps: z.array(z.object({ key: z.string(), title: z.string(), skipReason: z.string().nullable() })),
  /** What the reader should know before starting. */
  warnings: z.array(z.string()),
});

const moveState = z.enum(["preparing", "down", "switched", "moved", "stopped", "went-back"]);

export const moveView = z.object({
  id: z.string(),
  environment: z.string(),
  fromHost: z.string(),
  toHost: z.string(),
  mode: z.enum(MOVE_MODES),
  state: moveState,
  runId: z.number().int().nullable(),
  /** The run that went back; null: nobody has. */
  backRunId: z.number().int().nullable(),
  budgetS: z.number().int(),
  downSince: z.string().nullable(),
  upAgainAt: z.string().nullable(),
  requestedBy: z.string(),
  createdAt: z.string(),
  /** What is still on the old host; null until it has moved. */
  leftBehind: z.array(z.string()).nullable(),
  /** Whether going back is possible now, and if not, why; and whether what people wrote on the new host would be left there. */
  back: z.object({ may: z.boolean(), because: z.string(), losesData: z.boolean() }),
});

export const movesView = z.object({
  moves: z.array(moveView),
  /** Every environment that something runs in, with the host it runs on as far as is known. */
  environments: z.array(
    z.object({
      name: z.string(),
      host: z.string().nullable(),
      upstreamHost: z.string(),
      addresses: z.array(z.string()),
      /** Why read-only is not offered; null: it is. */
      noReadOnly: z.string().nullable(),
      hasFolder: z.boolean(),
      needsStagingFirst: z.string().nullable(),
    }),
  ),
  hosts: z.array(z.object({ name: z.string(), ready: z.boolean() })),
  mayMove: z.boolean(),
  /** Why the reader may give no address for the reverse proxy; null: they may. */
  noUpstream: z.string().nullable(),
});
