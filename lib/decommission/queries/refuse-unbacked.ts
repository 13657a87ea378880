import { listPolicyRows } from "#lib/backups/queries/find-policy.ts";
import type { BackupSource } from "#lib/backups/schema/source.ts";
import { holdsVolume } from "#lib/backups/sources/holds-volume.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { conflict } from "#lib/platform/errors.ts";
import { namesIn, readRunning } from "#lib/releases/queries/find-environment.ts";
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
  if (kind === KINDS.volume) return holdsVolume(source, name, names);
  // The ledger knows a folder by its real path, a policy perhaps by a link.
  return source.kind === "files" && [name, names.folder].some((path) => isBelow(path, source.path));
}

/** Volumes that what runs has mounted. Those that a release brought were not always noted in the ledger. */
async function listMounted(tx: Tx, service: { id: string; name: string }): Promise<Going[]> {
  const environments = await tx.environment.findMany({
    where: { serviceId: service.id },
    select: { name: true, currentId: true },
    orderBy: { name: "asc" },
  });
  const mounted: Going[] = [];
  for (const environment of environments) {
    const names = namesIn(service.name, environment.name);
    for (const { kind, source } of (await readRunning(tx, environment))?.content.mounts ?? [])
      if (kind === "volume") mounted.push({ kind: KINDS.volume, name: source, names });
  }
  return mounted;
}

/** A last backup was chosen and nothing would take something of what is deleted: nobody shall believe that there is one. */
export async function refuseUnbacked(tx: Tx, service: { id: string; name: string }, choices: Choices): Promise<void> {
  if (choices.lastBackup === "skip") return;
  const kinds = [
    ...(choices.database === "delete" ? GROUP_KINDS.volume : []),
    ...(choices.files === "delete" ? GROUP_KINDS.folder : []),
  ];
  const made = await tx.resource.findMany({
    where: { serviceId: service.id, kind: { in: kinds } },
    select: { kind: true, name: true, state: true, step: { select: { run: { select: { environment: true } } } } },
    orderBy: { name: "asc" },
  });
  const known = new Set(made.map(({ name }) => name));
  const mounted = choices.database === "delete" ? await listMounted(tx, service) : [];
  const going: Going[] = [
    ...made
      .filter(({ state }) => state !== "gone")
      .map(({ kind, name, step: { run } }) => ({
        ...{ kind, name },
        names: namesIn(service.name, run.environment ?? undefined),
      })),
    ...mounted.filter(({ name }) => !known.has(name)),
  ];
  const sources = (await listPolicyRows({ serviceId: service.id }, tx)).map((policy) => policy.source);
  const unbacked = going.find((one) => !sources.some((source) => holds(source, one)));
  if (!unbacked) return;
  throw conflict(
    "decommission.no_backup",
    `A last backup was chosen, and no backup policy covers ${unbacked.name}, which is deleted.`,
    "Add a backup policy for it, keep it, or choose no last backup and say why.",
  );
}
