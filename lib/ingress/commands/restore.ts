import { readDeliverable } from "#lib/certificates/commands/read-deliverable.ts";
import { openIngress } from "#lib/integrations/ingress/open.ts";
import type { Ingress, IngressCall } from "#lib/integrations/ingress/types.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { withNamedLock } from "#lib/platform/db/named-lock.ts";
import { toAppError } from "#lib/platform/errors.ts";
import { logger } from "#lib/platform/logger.ts";
import { ACTIVE_STATES } from "#lib/runs/types.ts";
import { INGRESS_RESOURCES } from "../constants.ts";
import { routeInputSchema } from "../schema.ts";
import { toRoute } from "../to-route.ts";

/**
 * Brings back what the ingress has lost: a Caddy that was started without its configuration would leave every service
 * unreachable. What is there is not looked at; it is the steps' to compare. Of several workers one does it.
 */
export async function restoreIngress(signal: AbortSignal): Promise<void> {
  const { INGRESS_KIND: kind } = config();
  if (kind === "none") return;
  await withNamedLock("ingress-restore", signal, async (held) => {
    const ingress = openIngress(kind);
    const present = await ingress.listIds(held);
    const call = { signal: held, guard: async () => held.throwIfAborted() };
    // The certificates first: a route without one is met with an error.
    await restoreCertificates(ingress, present.certificates, call);
    await restoreRoutes(ingress, present.routes, call);
  });
}

async function restoreCertificates(ingress: Ingress, present: ReadonlySet<string>, call: IngressCall): Promise<void> {
  const rows = await db().certificateDelivery.findMany({
    where: { kind: ingress.kind, state: "delivered", certificate: { state: "issued" } },
    select: { id: true, certificateId: true },
  });
  for (const { id, certificateId } of rows.filter((row) => !present.has(row.certificateId)))
    await attempt(`certificate ${certificateId}`, ingress, call, async () => {
      await ingress.putCertificate(await readDeliverable({ redact: () => {} }, certificateId), call);
      // It may have been taken away meanwhile, on purpose.
      const wanted = await db().certificateDelivery.count({ where: { id, state: "delivered" } });
      if (wanted === 0) await ingress.removeCertificate(certificateId, call);
    });
}

async function restoreRoutes(ingress: Ingress, present: ReadonlySet<string>, call: IngressCall): Promise<void> {
  const resources = await db().resource.findMany({
    where: { kind: INGRESS_RESOURCES.route, state: "present", providerId: { startsWith: `${ingress.kind}:` } },
    select: { id: true, providerId: true, serviceId: true, step: { select: { input: true } } },
  });
  const lost = resources.filter(({ providerId }) => !present.has(providerId.slice(ingress.kind.length + 1)));
  for (const { id, serviceId, step } of lost) {
    // What an undo has just taken away is not lost.
    const undo = { serviceId, mode: "undo", state: { in: [...ACTIVE_STATES] } };
    if ((await db().run.count({ where: undo })) > 0) continue;
    const input = routeInputSchema.safeParse(step.input);
    if (!input.success) continue;
    const route = toRoute(input.data);
    await attempt(`route for ${route.hostnames.join(", ")}`, ingress, call, async () => {
      await ingress.putRoute(route, call);
      const wanted = await db().resource.count({ where: { id, state: "present" } });
      if (wanted === 0) await ingress.removeRoute(route.id, call);
    });
  }
}

async function attempt(what: string, ingress: Ingress, call: IngressCall, work: () => Promise<void>): Promise<void> {
  try {
    await work();
    logger.warn({ ingress: ingress.kind, what }, "was lost and is there again");
  } catch (error) {
    call.signal.throwIfAborted();
    logger.warn(
      { ingress: ingress.kind, what, error: toAppError(error).message },
      "was lost and could not be restored",
    );
  }
}
