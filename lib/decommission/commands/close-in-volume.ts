import type { StepContext } from "#lib/steps/types.ts";
import { listLive } from "../queries/list-made.ts";
import { isInVolume } from "../queries/read-makers.ts";

/** Databases that a swap had put aside went with the volume they lay in: once that is gone, so are they. */
export async function closeInVolume(ctx: StepContext): Promise<void> {
  const { service } = ctx;
  if (!service) return;
  const live = await listLive(service.id);
  if (live.some(({ resource }) => resource.kind === "swarm.volume")) return;
  const within = live.filter(({ resource, stepName }) => isInVolume({ kind: resource.kind, stepName }));
  if (within.length === 0) return;
  await ctx.write((tx) =>
    tx.resource.updateMany({
      where: { id: { in: within.map(({ resource }) => resource.id) } },
      data: { state: "gone", liveKey: null, goneAt: new Date() },
    }),
  );
  for (const { resource } of within) ctx.log.info(`${resource.name} went with the volume of its database`);
}
