import { listNodes, readOwnNodeId } from "#lib/integrations/docker/swarm.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { findMovedPlace } from "../queries/find-moved-place.ts";

/**
 * Folders and volumes are read on the node whose engine the worker talks to. Of a service that was moved to another one, what is
 * still there is old: it must neither be backed up as if it were the living data, nor be written over or taken away as if it were.
 * `instead`: what to do, where it is not a backup that is refused.
 */
export async function refuseMoved(kind: "files" | "volume", ctx: StepContext, instead?: string): Promise<void> {
  if (!ctx.service || !ctx.environment) return;
  const place = await findMovedPlace(ctx.service.id, ctx.environment);
  if (!place?.host || (kind === "files" && place.foldersShared)) return;
  const own = await readOwnNodeId(ctx.signal);
  const node = (await listNodes(ctx.signal)).find(({ ID }) => ID === own);
  if (node?.Description.Hostname === place.host) return;
  throw new AppError({
    code: "backups.on_another_host",
    message: `It was moved to ${place.host}: the ${kind === "files" ? "folder" : "volume"} here on ${node?.Description.Hostname || "the worker's node"} is an old copy.`,
    advice:
      instead ??
      `Let a worker with its own DOCKER_HOST on ${place.host} take backups, back the folder up there by other means, or keep it on shared storage.`,
    retry: "needs_person",
  });
}
