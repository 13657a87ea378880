import { defineChecklist } from "./define-checklist.ts";
import { backupInput } from "./provision.ts";
import type { ProvisionContext } from "./types.ts";

/** A backup asked for by a person or a schedule, proven like the first one. */
export const BACKUP = defineChecklist<Pick<ProvisionContext, "answers" | "names">>({
  key: "backup",
  version: 1,
  title: "Backup",
  items: [
    {
      key: "backup",
      step: "backups.take",
      about: "Take a backup and prove it",
      skip: ({ answers }) => (answers.data.database === "none" ? "The service has no database." : undefined),
      title: ({ names }) => `Back up ${names.databaseName} and restore it to prove it`,
      input: backupInput,
    },
  ],
});
