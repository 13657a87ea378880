import { defineStep } from "#lib/steps/define-step.ts";
import { copyFolder } from "../copy/copy-folder.ts";
import { copyFolderInput } from "../schema/steps.ts";

/** A folder or a volume, from the old host's disk to the new one's. The old one is only read. */
export const movesCopyFolder = defineStep({
  name: "moves.copy-folder",
  queue: "backups",
  input: copyFolderInput,
  timeoutMs: 12 * 60 * 60_000,
  plan: async ({ folder, toHost, pass }) => ({
    changes: [
      {
        action: "create",
        kind: folder.kind === "bind" ? "folder" : "volume",
        name: `${folder.source} on ${toHost}`,
        detail: pass === "first" ? "while it is in use; copied again when nobody writes" : "every file compared",
      },
    ],
  }),
  apply: copyFolder,
  verify: async () => ({ ok: true, reason: "The files were compared when they were copied." }),
  undo: async () => {},
});
