import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { DockerService, DockerTask } from "#lib/integrations/docker/schema.ts";
import { listServices, listTasks } from "#lib/integrations/docker/services.ts";
import { listNodes, readOwnNodeId } from "#lib/integrations/docker/swarm.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { type RunProgram, runToEnd } from "../dump/place.ts";
import { findMovedPlace } from "../queries/find-moved-place.ts";
import { listPolicyRows } from "../queries/find-policy.ts";
import { wasChecked } from "../queries/was-checked.ts";
import { wasRefused } from "../queries/was-refused.ts";
import type { BackupSource } from "../schema/source.ts";

const ELSEWHERE = "backups.on_another_host";

/** What is backed up, as a container is given it. */
export interface Mounted {
  kind: "bind" | "volume";
  /** The folder's path, or the volume's name. */
  source: string;
}

/** The folder or volume that is backed up; null: a database, or the panel. */
export function mountedOf(source: BackupSource): Mounted | null {
  if (source.kind === "files") return { kind: "bind", source: source.path };
  return source.kind === "volume" ? { kind: "volume", source: source.volumeName } : null;
}

const mountsSchema = z
  .array(
    z.looseObject({
      Type: z.string().default(""),
      Source: z.string().default(""),
      ReadOnly: z.boolean().default(false),
    }),
  )
  .nullish()
  .transform((list) => list ?? []);

const isIn = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

/** Whether the task has it, a part of it, or, to write there, a folder that it is in. */
function hasMounted(task: DockerTask, { kind, source }: Mounted): boolean {
  return mountsSchema.parse(task.Spec.ContainerSpec?.Mounts).some((mount) => {
    if (mount.Type !== kind) return false;
    if (kind === "volume") return mount.Source === source;
    const [path, folder] = [resolve(mount.Source), resolve(source)];
    return isIn(path, folder) || (!mount.ReadOnly && isIn(folder, path));
  });
}

/** The nodes on which tasks that have it mounted run, or begin to. */
export const findNodesOf = (tasks: readonly DockerTask[], mounted: Mounted): Set<string> =>
  new Set(
    tasks
      .filter((task) => task.DesiredState === "running" && task.NodeID !== "" && hasMounted(task, mounted))
      .map((task) => task.NodeID),
  );

/**
 * The nodes on which the service that had it mounted last ran last. The swarm forgets the last tasks of what is scaled to 0 and keeps
 * older ones, which say nothing then.
 */
export function findLastNodesOf(tasks: readonly DockerTask[], services: readonly DockerService[], mounted: Mounted) {
  const kept = new Set(services.filter(({ Spec }) => Spec.Mode.Replicated?.Replicas !== 0).map(({ ID }) => ID));
  const had = tasks
    .filter((task) => task.NodeID !== "" && kept.has(task.ServiceID) && hasMounted(task, mounted))
    .sort((one, other) => Date.parse(one.CreatedAt) - Date.parse(other.CreatedAt));
  const newest = had.at(-1);
  const ofIt = had.filter(({ ServiceID }) => ServiceID === newest?.ServiceID);
  return new Set(new Map(ofIt.map(({ Slot, NodeID }) => [Slot || NodeID, NodeID])).values());
}

const wordsOf = ({ kind, source }: Mounted) => `${kind === "bind" ? "folder" : "volume"} ${source}`;

/**
 * Why a folder or volume of this node is not the one that is used: what has it mounted runs on other nodes only, or did when it ran
 * last, and reads and writes what those have under that name. null: it is used here too, or nobody knows where.
 */
export async function findElsewhere(mounted: Mounted, ctx: StepContext): Promise<AppError | null> {
  const tasks = await listTasks({}, ctx.signal);
  const nodes = findNodesOf(tasks, mounted);
  const own = await readOwnNodeId(ctx.signal);
  if (nodes.has(own)) return null;
  if (mounted.kind === "bind" && (await isSaidToBeShared(ctx))) return null;
  const all = await listNodes(ctx.signal);
  const nameOf = (id: string) => all.find(({ ID }) => ID === id)?.Description.Hostname || id;
  const refuse = (ids: ReadonlySet<string>, verb: string) =>
    toRefusal(mounted, { verb, there: [...ids].map(nameOf).join(", "), here: nameOf(own) });
  if (nodes.size > 0) return refuse(nodes, "runs");
  // Folders of the host that no service has mounted are the administrator's own.
  if (all.length < 2 || !ctx.service || (await wasChecked(mounted, ctx.run.id))) return null;
  const last = findLastNodesOf(tasks, await listServices([], ctx.signal), mounted);
  if (last.has(own)) return null;
  if (last.size > 0) return refuse(last, "last ran");
  if (await wasRefusedBefore(mounted, ctx)) return refuse(new Set(["another node"]), "last ran");
  ctx.log.warn(
    `Nothing that has the ${wordsOf(mounted)} mounted runs, and the swarm does not say where it ran last: if that was another node, what is read here is not what it used.`,
  );
  return null;
}

/** What an earlier backup found while it ran: nothing has been stored since. */
async function wasRefusedBefore(mounted: Mounted, { service, environment }: StepContext): Promise<boolean> {
  if (!service || !environment) return false;
  const policies = await listPolicyRows({ serviceId: service.id, environment });
  const ofIt = policies.filter(({ source }) => isDeepStrictEqual(mountedOf(source), mounted));
  return wasRefused(
    ofIt.map(({ id }) => id),
    ELSEWHERE,
  );
}

function toRefusal(mounted: Mounted, { verb, there, here }: { verb: string; there: string; here: string }): AppError {
  return new AppError({
    code: ELSEWHERE,
    message: `What uses the ${wordsOf(mounted)} ${verb} on ${there}; backups are read on ${here}, where it is another one.`,
    advice: `Bind the service to ${here} and start it there, let a worker with its own DOCKER_HOST on ${there} take backups, or keep the data on storage that both mount.`,
    retry: "needs_person",
  });
}

/** Who moved the service has said that both hosts see the same folders. */
async function isSaidToBeShared({ service, environment }: StepContext): Promise<boolean> {
  if (!service || !environment) return false;
  return (await findMovedPlace(service.id, environment))?.foldersShared ?? false;
}

/** File systems of which every node that mounts them sees the same, in the words of `stat`. */
const SHARED = /^(nfs|cifs|smb|ceph|fuse|lustre|gpfs|gfs|ocfs|afs|v9fs|beegfs|fhgfs|panfs)/;
export const isSharedKind = (fileSystem: string): boolean => SHARED.test(fileSystem.trim());

export async function isOnSharedStorage(run: RunProgram, folder: string, signal: AbortSignal): Promise<boolean> {
  const said = await runToEnd(run, { argv: ["stat", "--file-system", "--format=%T", folder] }, signal);
  return said.exitCode === 0 && isSharedKind(said.stdout);
}
