import { listPolicyRows } from "#lib/backups/queries/find-policy.ts";
import { isDatabaseSource } from "#lib/backups/restore/database-entry.ts";
import type { BackupSource } from "#lib/backups/schema/source.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { conflict } from "#lib/platform/errors.ts";
import { namesIn } from "#lib/releases/queries/find-environment.ts";
import type { Naming } from "#lib/services/naming.ts";
import { KINDS } from "#lib/swarm/names.ts";
import { GROUP_KINDS } from "../constants.ts";
import type { Choices } from "../types.ts";

/** A volume or folder that goes, and what its environment's things are called. */
interface Going {
  kind: string;
  name: string;
  names: Naming;
}

const isBelow = (path: string, folder: string) => `${path}/`.startsWith(`${folder.replace(/\/+$/, "")}/`);

/** Whether a backup of the source has what is in it. */
function holds(source: BackupSource, { kind, name, names }: Going): boolean {
  if (source.kind === "files")
    // The ledger knows a folder by its real path, a policy perhaps by a link.
    return kind !== KINDS.volume && [name, names.folder].some((path) => isBelow(path, source.path));
  if (kind !== KINDS.volume) return false;
  if (source.kind === "volume") return source.volumeName === name;
  if (!("swarmService" in source)) return false;
  // What is no database of the panel's is a server that runs as the app, with its data in the app's volumes.
  if (name !== names.databaseVolume) return source.swarmService === names.appService;
  if (source.swarmService !== names.databaseService || !isDatabaseSource(source)) return false;
  return (source.databaseName ?? names.databaseName) === names.databaseName;
}

/** A last backup was chosen and nothing would take something of what is deleted: nobody shall believe that there is one. */
export async function refuseUnbacked(tx: Tx, service: { id: string; name: string }, choices: Choices): Promise<void> {
  if (choices.lastBackup === "skip") return;
  const kinds = [
    ...(choices.database === "delete" ? GROUP_KINDS.volume : []),
    ...(choices.files === "delete" ? GROUP_KINDS.folder : []),
  ];
  const going = await tx.resource.findMany({
    where: { serviceId: service.id, kind: { in: kinds }, state: { not: "gone" } },
    select: { kind: true, name: true, step: { select: { run: { select: { environment: true } } } } },
    orderBy: { name: "asc" },
  });
  const sources = (await listPolicyRows({ serviceId: service.id }, tx)).map((policy) => policy.source);
  const unbacked = going.find(({ kind, name, step }) => {
    const names = namesIn(service.name, step.run.environment ?? undefined);
    return !sources.some((source) => holds(source, { kind, name, names }));
  });
  if (!unbacked) return;
  throw conflict(
    "decommission.no_backup",
    `A last backup was chosen, and no backup policy covers ${unbacked.name}, which is deleted.`,
    "Add a backup policy for it, keep it, or choose no last backup and say why.",
  );
}
