import { z } from "zod";
import { TRIGGERS } from "../constants.ts";
import { newPolicySchema, policyName } from "./policy.ts";
import { folderPath } from "./source.ts";

/** The policy of the run's service and environment (of the panel, in a run without a service). */
const policy = policyName;
/** Of another environment than the run's, in a run about the whole service. */
const environment = z.string().max(20).optional();

export const takeBackupInputSchema = z.object({
  policy,
  environment,
  trigger: z.enum(TRIGGERS),
  /** When the schedule wanted it; kept in the row. */
  dueAt: z.iso.datetime().optional(),
});
export type TakeBackupInput = z.output<typeof takeBackupInputSchema>;

export const checkBackupInputSchema = takeBackupInputSchema.pick({ policy: true, environment: true });
export type CheckBackupInput = z.output<typeof checkBackupInputSchema>;

export const verifyBackupInputSchema = z.object({
  policy,
  environment,
  /** taken: by the step it waits for. A point by its id, or one that is chosen when it begins. */
  which: z.union([z.enum(["taken", "newest", "random-older"]), z.object({ backupId: z.uuid() })]),
  /** What comes after deletes the data: a look that ends before the rows were compared is not enough. */
  mustProve: z.boolean().optional(),
});
export type VerifyBackupInput = z.output<typeof verifyBackupInputSchema>;

export const pruneBackupsInputSchema = z.object({ policy });
export type PruneBackupsInput = z.output<typeof pruneBackupsInputSchema>;

export const removeBackupInputSchema = z.object({ backupId: z.uuid() });

/** What a watcher outside is told. */
export const pingInputSchema = z.object({ policyId: z.uuid(), says: z.enum(["start", "success", "fail"]) });

export const reconcileTargetInputSchema = z.object({ targetId: z.uuid() });

const orphanAct = z.enum(["remove", "adopt"]);
export type OrphanAct = z.output<typeof orphanAct>;
export const settleOrphanSchema = z.object({ act: orphanAct });
/** `key`: for people; what is done is done to what the row says. */
export const orphanStepInputSchema = z.object({ orphanId: z.uuid(), key: z.string(), act: orphanAct });
export type OrphanStepInput = z.output<typeof orphanStepInputSchema>;

/** `policy`: the destination's own, for people; the restore itself remembers the living data. */
export const restoreStepInputSchema = z.object({ restoreId: z.uuid(), policy });
export type RestoreStepInput = z.output<typeof restoreStepInputSchema>;

/** `previous`: what a swap keeps, as it was called when somebody asked for its removal. */
export const dropKeptInputSchema = restoreStepInputSchema.extend({ previous: z.string().min(1).max(300) });
export type DropKeptInput = z.output<typeof dropKeptInputSchema>;

/** Makes or brings up to date one policy of the run's service, as provisioning does. */
export const policyStepInputSchema = newPolicySchema
  .omit({ serviceName: true, environment: true })
  /** null: the target that new policies go to. */
  .extend({ targetId: z.uuid().nullable() });
export type PolicyStepInput = z.output<typeof policyStepInputSchema>;

export const retireBackupsInputSchema = z.object({
  /** What becomes of the stored points when the service is gone. */
  objects: z.enum(["keep", "delete"]),
});
export type RetireBackupsInput = z.output<typeof retireBackupsInputSchema>;

/** Takes the service's entry out of a borgmatic file that other programs keep. */
export const borgmaticInputSchema = z.object({
  configFile: folderPath,
  /** Entries of source_directories, and names of *_databases. */
  sourceDirectories: z.array(z.string()).default([]),
  databases: z.array(z.string()).default([]),
});
export type BorgmaticInput = z.output<typeof borgmaticInputSchema>;
