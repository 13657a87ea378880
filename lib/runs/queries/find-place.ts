import { z } from "zod";
import type { Tx } from "#lib/platform/db/client.ts";

const settled = z
  .object({
    upstreamHost: z.string(),
    ipv4: z.string().nullable(),
    placement: z.object({ hostname: z.string().optional() }),
    foldersShared: z.boolean().default(false),
  })
  .transform(({ placement, ...place }) => ({ ...place, host: placement.hostname ?? null }));

/** Where a service that was moved is reached: by the reverse proxy, and at which address. Null: it never was, so as the settings say. */
export async function findPlace(
  tx: Tx,
  serviceId: string,
  environment: string,
): Promise<z.output<typeof settled> | null> {
  const step = await tx.step.findFirst({
    where: { name: "moves.settle", state: "succeeded", run: { serviceId, environment, mode: "apply" } },
    orderBy: { id: "desc" },
    select: { input: true, runId: true },
  });
  const place = settled.safeParse(step?.input).data;
  if (!step || !place) return null;
  // One of that name may have come back after it was taken down: it begins anew.
  const takenDown = await tx.run.findFirst({
    where: {
      ...{ serviceId, id: { gt: step.runId }, state: "succeeded" },
      OR: [{ mode: "undo", checklistKey: "provision" }, { checklistKey: "decommission" }],
    },
    select: { id: true },
  });
  return takenDown ? null : place;
}
