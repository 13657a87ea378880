import { openFolderStore } from "#lib/integrations/disk/folder-store.ts";
import type { ObjectStore } from "#lib/integrations/object-store/types.ts";
import { openS3Store } from "#lib/integrations/s3/s3-store.ts";
import { openSshStore } from "#lib/integrations/ssh/ssh-store.ts";
import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import { readTarget, type TargetWithSecret } from "../queries/find-target.ts";

/** The store of a target; whoever opens it closes it. `redact` is given the target's secret before anything else happens. */
export async function openTarget(targetId: string, redact?: (secret: string) => void): Promise<ObjectStore> {
  const target = await readTarget(targetId);
  if (target.secret !== null) redact?.(target.secret);
  return openStore(target);
}

/** The store that a target's settings describe; nothing is asked of it yet. */
function openStore(target: Pick<TargetWithSecret, "config" | "secret">): ObjectStore {
  const settings = target.config;
  const stallMs = config().BACKUP_STALL_S * 1_000;
  switch (settings.kind) {
    case "disk":
      return openFolderStore({
        folder: settings.folder ?? config().BACKUPS_ROOT,
        // The panel's own folder may be made; any other is a disk that somebody mounts.
        create: settings.folder === null,
      });
    case "s3":
      return openS3Store({ ...settings, secretAccessKey: needSecret(target, "secret access key"), stallMs });
    case "ssh":
      return openSshStore({ ...settings, privateKey: needSecret(target, "private key"), stallMs });
  }
}

function needSecret(target: Pick<TargetWithSecret, "secret">, what: string): string {
  if (target.secret !== null) return target.secret;
  throw new AppError({
    code: "backups.no_target_secret",
    message: `The target's ${what} is not there.`,
    advice: "Enter it in the target's settings.",
    retry: "needs_person",
  });
}
