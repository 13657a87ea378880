import type { Trigger } from "#lib/backups/constants.ts";
import { defineChecklist, repeat } from "./define-checklist.ts";

/** What a run that backs up one policy's data is compiled from. */
export interface BackupRun {
  /** Name of the policy: with the run's service and environment it is found again. */
  policy: string;
  trigger: Trigger;
  /** When the schedule wanted it, as ISO text; null: nobody's schedule. */
  dueAt: string | null;
  restoreEach: boolean;
}

/** A backup asked for by a person or a schedule: taken, proven as the policy says, then the ones no longer kept are removed. */
export const BACKUP = defineChecklist<BackupRun>({
  key: "backup",
  version: 2,
  title: "Backup",
  items: [
    {
      key: "take",
      step: "backups.take",
      about: "Take the backup",
      title: ({ policy }) => `Take the backup “${policy}” and read it back`,
      input: ({ policy, trigger, dueAt }) => ({ policy, trigger, ...(dueAt === null ? {} : { dueAt }) }),
    },
    {
      key: "verify",
      step: "backups.verify",
      about: "Restore it to prove it",
      dependsOn: ["take"],
      skip: ({ restoreEach }) => (restoreEach ? undefined : "Its policy restores on a schedule, not every time."),
      title: () => "Restore it into a throw-away place and compare",
      input: ({ policy }) => ({ policy, which: "taken" }),
    },
    {
      key: "prune",
      step: "backups.prune",
      about: "Remove what is no longer kept",
      dependsOn: ["take", "verify"],
      title: () => "Remove the points that are no longer kept",
      input: ({ policy }) => ({ policy }),
    },
  ],
});

/** Points of one policy proven now: one by its id, or the newest and perhaps a random older one. */
export interface VerifyRun {
  policy: string;
  which: readonly ("newest" | "random-older" | { backupId: string })[];
}

const nameWhich = (which: VerifyRun["which"][number]) => (typeof which === "string" ? which : "point");
const WHICH_WORDS = { newest: "the newest point", "random-older": "a random older point", point: "the point" };

export const VERIFY_BACKUP = defineChecklist<VerifyRun>({
  key: "verify-backup",
  version: 1,
  title: "Backup verification",
  items: [
    repeat({
      key: "verify",
      step: "backups.verify",
      about: "Restore a point to prove it",
      each: ({ which }) => which,
      entryKey: nameWhich,
      entryTitle: (which) => `Restore ${WHICH_WORDS[nameWhich(which)]} into a throw-away place and compare`,
      entryInput: (which, { policy }) => ({ policy, which }),
    }),
  ],
});

/** One point removed because a person asked. */
export const REMOVE_BACKUP = defineChecklist<{ backupId: string }>({
  key: "remove-backup",
  version: 1,
  title: "Backup removal",
  items: [
    {
      key: "remove",
      step: "backups.remove",
      about: "Remove the point's objects",
      title: () => "Remove the point's objects and see that they are gone",
      input: ({ backupId }) => ({ backupId }),
    },
  ],
});

/** What is in a target compared with what the panel thinks is there. */
export const CHECK_TARGET = defineChecklist<{ targetId: string }>({
  key: "check-backup-target",
  version: 1,
  title: "Backup target check",
  items: [
    {
      key: "reconcile",
      step: "backups.reconcile",
      about: "Compare the target with the database",
      title: () => "Compare what is in the target with the database",
      input: ({ targetId }) => ({ targetId }),
    },
  ],
});

/** Says to a watcher outside that a backup begins, or how it ended: a run of its own, which no backup ever waits for. */
export const PING = defineChecklist<{ policyId: string; says: "start" | "success" | "fail" }>({
  key: "backup-ping",
  version: 1,
  title: "Backup ping",
  items: [
    {
      key: "ping",
      step: "backups.ping",
      about: "Tell the watcher",
      title: ({ says }) => `Tell the watcher: ${says}`,
      input: ({ policyId, says }) => ({ policyId, says }),
    },
  ],
});
