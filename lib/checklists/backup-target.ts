import type { OrphanStepInput } from "#lib/backups/schema/steps.ts";
import { defineChecklist } from "./define-checklist.ts";

/** Something in a target that no backup names, settled by a person: removed or taken up. */
export const ORPHAN = defineChecklist<OrphanStepInput>({
  key: "backup-orphan",
  version: 1,
  title: "Unknown objects in a backup target",
  items: [
    {
      key: "settle",
      step: "backups.orphan",
      about: "Remove what nobody knows, or take it up",
      title: ({ key, act }) => (act === "remove" ? `Remove ${key} from the target` : `Take up ${key} as a backup`),
      input: ({ orphanId, key, act }) => ({ orphanId, key, act }),
    },
  ],
});
