import { defineChecklist } from "./define-checklist.ts";
import { pauseMonitors, resumeMonitors } from "./maintenance.ts";

/** What a run that brings data back is compiled from. */
export interface RestoreRun {
  restoreId: string;
  /** The destination's own policy: with the run's service and environment it names the living data. */
  policy: string;
  /** The living database or folder, in words. */
  living: string;
  /** What is made. */
  destination: string;
}

/** Large databases take their time; the run's end comes first. */
const QUIET_MINUTES = 360;

const restore = {
  key: "restore",
  step: "backups.restore",
  about: "Restore it beside the living data",
  title: ({ destination }: RestoreRun) => `Restore into ${destination} and compare it with the manifest`,
  input: ({ restoreId, policy }: RestoreRun) => ({ restoreId, policy }),
};

const swap = {
  key: "swap",
  step: "backups.swap",
  about: "Put it in the place of the living data",
  title: ({ destination, living }: RestoreRun) =>
    `Stop the app, put ${destination} in the place of ${living}, start it`,
  input: ({ restoreId, policy }: RestoreRun) => ({ restoreId, policy }),
};

/** A restore beside the living data, which is not touched. */
export const RESTORE = defineChecklist<RestoreRun>({
  key: "restore",
  version: 1,
  title: "Restore",
  items: [restore],
});

/** The same, and then it takes the place of the living data, of which a backup is taken first. */
export const RESTORE_SWAP = defineChecklist<RestoreRun>({
  key: "restore-swap",
  version: 2,
  title: "Restore and swap",
  items: [
    {
      key: "take",
      step: "backups.take",
      about: "Back up the living data first",
      title: ({ living }) => `Back up ${living} as it is now`,
      input: ({ policy }) => ({ policy, trigger: "restore" }),
    },
    { ...restore, dependsOn: ["take"] },
    pauseMonitors({ dependsOn: ["restore"], minutes: QUIET_MINUTES }),
    { ...swap, dependsOn: ["restore", "pause-monitors"] },
    resumeMonitors({ dependsOn: ["swap"] }),
  ],
});

/** What was restored beside takes the place of the living data. */
export const SWAP = defineChecklist<RestoreRun>({
  key: "swap",
  version: 2,
  title: "Swap",
  items: [
    pauseMonitors({ minutes: QUIET_MINUTES }),
    { ...swap, dependsOn: ["pause-monitors"] },
    resumeMonitors({ dependsOn: ["swap"] }),
  ],
});

/** What a removal of kept data is compiled from. */
interface RemoveKeptRun {
  restoreId: string;
  policy: string;
  /** What a swap keeps, by its name. */
  previous: string;
}

/** What lived before a swap goes for good. */
export const REMOVE_KEPT = defineChecklist<RemoveKeptRun>({
  key: "remove-kept",
  version: 1,
  title: "Remove what a swap kept",
  items: [
    {
      key: "drop",
      step: "backups.drop-kept",
      about: "Remove what lived before the swap",
      title: ({ previous }) => `Remove ${previous} and see that it is gone`,
      input: ({ restoreId, policy, previous }) => ({ restoreId, policy, previous }),
    },
  ],
});

/** Runs whose end decides what becomes of a restore. */
export const RESTORE_CHECKLISTS: readonly string[] = [RESTORE.key, RESTORE_SWAP.key, SWAP.key];
