import { resolve } from "node:path";
import { z } from "zod";
import type { DockerTask } from "#lib/integrations/docker/schema.ts";
import { listTasks } from "#lib/integrations/docker/services.ts";
import { listNodes, readOwnNodeId } from "#lib/integrations/docker/swarm.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { type RunProgram, runToEnd } from "../dump/place.ts";
import { findMovedPlace } from "../queries/find-moved-place.ts";

/** What is backed up, as a container is given it. */
export interface Mounted {
  kind: "bind" | "volume";
  /** The folder's path, or the volume's name. */
  source: string;
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
 * Why a folder or volume of this node is not the one that is used: what runs with it mounted runs on other nodes only, and reads and
 * writes what those have under that name. null: it runs here too, or nowhere.
 */
export async function findElsewhere(mounted: Mounted, ctx: StepContext): Promise<AppError | null> {
  const nodes = findNodesOf(await listTasks({ "desired-state": ["running"] }, ctx.signal), mounted);
  const own = await readOwnNodeId(ctx.signal);
  if (nodes.size === 0 || nodes.has(own)) return null;
  if (mounted.kind === "bind" && (await isSaidToBeShared(ctx))) return null;
  const all = await listNodes(ctx.signal);
  const nameOf = (id: string) => all.find(({ ID }) => ID === id)?.Description.Hostname || id;
  const there = [...nodes].map(nameOf).join(", ");
  return new AppError({
    code: "backups.on_another_host",
    message: `What uses the ${mounted.kind === "bind" ? "folder" : "volume"} ${mounted.source} runs on ${there}; backups are read on ${nameOf(own)}, where it is another one.`,
    advice: `Bind the service to ${nameOf(own)}, let a worker with its own DOCKER_HOST on ${there} take backups, or keep the data on storage that both mount.`,
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
