import { z } from "zod";
import {
  AVAILABILITIES,
  BACKUP_STATES,
  RESTORE_MODES,
  RESTORE_STATES,
  SOURCE_KINDS,
  TARGET_KINDS,
  TRIGGERS,
  VERIFICATION_LEVELS,
} from "../constants.ts";
import { manifestSchema } from "./manifest.ts";

/** What pages and the API are given of backups. Times are ISO texts. */
const instant = z.iso.datetime();

/** One line of a list of executions. */
export const backupView = z.object({
  id: z.string(),
  /** null: the panel itself. */
  service: z.string().nullable(),
  environment: z.string(),
  policyId: z.string().nullable(),
  policy: z.string(),
  engine: z.enum(SOURCE_KINDS),
  state: z.enum(BACKUP_STATES),
  availability: z.enum(AVAILABILITIES),
  trigger: z.enum(TRIGGERS),
  target: z.object({ id: z.string(), name: z.string(), kind: z.enum(TARGET_KINDS) }),
  sizeBytes: z.number().nullable(),
  rawBytes: z.number().nullable(),
  tables: z.number().nullable(),
  rows: z.number().nullable(),
  encrypted: z.boolean(),
  pinned: z.boolean(),
  /** Nobody can delete it until then; null: not locked, or no longer. */
  lockedUntil: instant.nullable(),
  removedAt: instant.nullable(),
  removedReason: z.string().nullable(),
  /** In words, when its size or rows are far from the usual. */
  anomaly: z.string().nullable(),
  error: z.string().nullable(),
  startedAt: instant,
  finishedAt: instant.nullable(),
  runId: z.number().int().nullable(),
  /** Highest level proven; null when none was. */
  proven: z.enum(VERIFICATION_LEVELS).nullable(),
  provenAt: instant.nullable(),
  restoreMs: z.number().nullable(),
});

export const backupListPage = z.object({
  rows: z.array(backupView),
  /** Give it as `cursor` for the next page; null: that was the last. */
  next: z.string().nullable(),
});

export const verificationView = z.object({
  id: z.string(),
  level: z.enum(VERIFICATION_LEVELS),
  ok: z.boolean(),
  /** What was compared, in words. */
  summary: z.string(),
  durationMs: z.number(),
  at: instant,
  runId: z.number().int().nullable(),
});

export const restoreView = z.object({
  id: z.string(),
  backupId: z.string(),
  /** The moment it brings back. */
  asOf: instant,
  service: z.string(),
  environment: z.string(),
  mode: z.enum(RESTORE_MODES),
  state: z.enum(RESTORE_STATES),
  /** The database or folder that was made. */
  destination: z.string(),
  /** What lived before a swap is kept as this, until somebody removes it. */
  previous: z.string().nullable(),
  /** Since when; null: nothing is kept. */
  keptSince: instant.nullable(),
  /** Its removal has begun: nobody goes back to it any more. */
  isGivenUp: z.boolean(),
  by: z.string(),
  runId: z.number().int().nullable(),
  createdAt: instant,
  finishedAt: instant.nullable(),
  durationMs: z.number().nullable(),
  mayRemove: z.boolean(),
  /** What is typed before it takes the living data's place. */
  confirm: z.string(),
  maySwap: z.boolean(),
  mayRemoveKept: z.boolean(),
});

export const backupLinkView = z.object({
  id: z.string(),
  by: z.string(),
  reason: z.string(),
  createdAt: instant,
  expiresAt: instant,
  uses: z.number().int(),
  revokedAt: instant.nullable(),
});

/** One restore point's page. */
export const backupPoint = backupView.extend({
  key: z.string(),
  manifest: manifestSchema.nullable(),
  verifications: z.array(verificationView),
  pin: z
    .object({
      by: z.string(),
      reason: z.string(),
      at: instant,
      /** Its policy's retention would remove it, were it not pinned. */
      goesUnpinned: z.boolean(),
    })
    .nullable(),
  restores: z.array(restoreView),
  links: z.array(backupLinkView),
  /** Commands that bring it back without the panel, with the real names in them. */
  byHand: z.array(
    z.object({
      about: z.string(),
      command: z.string(),
      /** What lives is gone afterwards. */
      replaces: z.boolean(),
    }),
  ),
  /** What the reader may do here, as it is now. */
  may: z.object({
    verify: z.boolean(),
    restore: z.boolean(),
    swap: z.boolean(),
    /** Of one that is pinned: take the pin away. */
    pin: z.boolean(),
    remove: z.boolean(),
    link: z.boolean(),
  }),
  /** Since when its target cannot be used; null: it can, or was not looked at. */
  targetFailingSince: instant.nullable(),
  /** Why it cannot be restored here; null when it can. */
  notRestorable: z.string().nullable(),
  /** Why nobody may delete it now; null when it may be deleted, or is gone. */
  stays: z.string().nullable(),
});

/** A size over time: one point of the chart. */
const sizePoint = z.object({
  id: z.string(),
  at: instant,
  sizeBytes: z.number(),
  /** In words, when it is far from the usual. */
  anomaly: z.string().nullable(),
});

/** One line of the board: one policy, or data of an environment that none backs up. */
export const backupBoardRow = z.object({
  /** null: the panel itself. */
  service: z.string().nullable(),
  environment: z.string(),
  /** null: there is data, as the service's answers say, and no policy for it. */
  policyId: z.string().nullable(),
  /** Without one, what provisioning would call it. */
  policy: z.string(),
  engine: z.enum(SOURCE_KINDS),
  enabled: z.boolean(),
  asOf: instant.nullable(),
  level: z.enum(VERIFICATION_LEVELS).nullable(),
  restoreMs: z.number().nullable(),
  /** What is proven is older than its schedule lets it be (or dated in the future, so that nobody knows how old it is). */
  tooOld: z.boolean(),
  /** The point the claim is made of. */
  provenId: z.string().nullable(),
  /** Since when the target that holds it cannot be used; null: it can, or was not looked at. */
  targetFailingSince: instant.nullable(),
  lastBackup: z
    .object({
      id: z.string(),
      state: z.enum(BACKUP_STATES),
      availability: z.enum(AVAILABILITIES),
      proven: z.enum(VERIFICATION_LEVELS).nullable(),
      startedAt: instant,
      finishedAt: instant.nullable(),
      sizeBytes: z.number().nullable(),
      anomaly: z.string().nullable(),
      error: z.string().nullable(),
      runId: z.number().int().nullable(),
    })
    .nullable(),
  nextAt: instant.nullable(),
  /** Since when it is overdue; null: it is not. */
  overdueSince: instant.nullable(),
  /** Since when what was to prove it did not, and why; null: no proof is overdue, or none is asked for. */
  proofOverdueSince: instant.nullable(),
  unprovenWhy: z.string().nullable(),
  /** Of the last thirty that were stored, oldest first. */
  sizes: z.array(sizePoint),
  /** Restore points there are now. */
  count: z.number().int(),
  /** Where there is no policy: whether this reader may make one. */
  mayMakePolicy: z.boolean(),
});

/** The claim about everything, in numbers. */
export const backupSummary = z.object({
  /** Services with data: with a policy, or whose answers say that they keep something. */
  services: z.number().int(),
  /**
   * Of those, how many are provably restorable as scheduled: of all that they keep something is proven, from a target that can be
   * used, no older than its schedule lets it be, and no backup or proof is overdue or failed last.
   */
  asScheduled: z.number().int(),
  /** Whether the panel itself is. */
  panelAsScheduled: z.boolean(),
  /** Of them a backup or a proof is. */
  overdue: z.number().int(),
  failing: z.number().int(),
  /** What is proven is older than its schedule lets it be. */
  tooOld: z.number().int(),
  /** What was proven lies in a target that cannot be used now. */
  unreachable: z.number().int(),
  /** Nothing is proven now: it never was, or what was is gone or was found bad. */
  unproven: z.number().int(),
  /** Data that no policy backs up. */
  unscheduled: z.number().int(),
  /** Live services that have no policy, and whose answers name nothing that provisioning makes one for. */
  withoutData: z.number().int(),
});

export const backupBoard = z.object({
  rows: z.array(backupBoardRow),
  /** Give it as `after` for the next page; null: that was the last. */
  next: z.string().nullable(),
  /** Lines that fit what was asked. */
  total: z.number().int(),
  summary: backupSummary,
});
