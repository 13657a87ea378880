import { z } from "zod";
import { openIngress } from "#lib/integrations/ingress/open.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { SwarmDeliveryOptions } from "../steps/deliver-input.ts";
import type { Deliverable } from "./read-deliverable.ts";
import { deliverToSwarm, findInSwarm, withdrawFromSwarm } from "./swarm-delivery.ts";

/** A place a certificate is brought to, as its row says. */
export interface Delivery {
  id: string;
  certificateId: string;
  kind: string;
  target: string;
  options: unknown;
  state: string;
}

const swarmRow = z.object({ serviceName: z.string().min(1), ownerId: z.string().optional() });

/** Whose service it was added for is kept with the row: another one of that name is not it. */
function readSwarm(delivery: Delivery) {
  const { serviceName, ownerId, ...rest } = { ...swarmRow.parse(delivery.options), ...(delivery.options as object) };
  return { serviceName, ownerId, options: SwarmDeliveryOptions.parse(rest) };
}

/** A service of that name may have been made anew by somebody else, whose containers are not to hold the key. */
async function assertSameOwner(serviceName: string, ownerId: string | undefined): Promise<void> {
  if (ownerId === undefined) return;
  const service = await db().service.findUnique({
    where: { name: serviceName },
    select: { ownerId: true, state: true },
  });
  if (service && service.state !== "retired" && service.ownerId === ownerId) return;
  throw new AppError({
    code: "delivery.other_owner",
    message: `The service ${serviceName} is not the one any more that the certificate was to be brought to.`,
    advice: "Remove this delivery; its owner can add it again.",
    retry: "permanent",
  });
}

export const listDeliveries = (certificateId: string): Promise<Delivery[]> =>
  db().certificateDelivery.findMany({ where: { certificateId }, orderBy: [{ createdAt: "asc" }, { id: "asc" }] });

/** "swarm pads-production_app" */
export const describeDelivery = ({ kind, target }: Delivery) => `${kind} ${target}`;

const unknownKind = ({ kind }: Delivery) =>
  new AppError({ code: "delivery.unknown_kind", message: `The panel does not know how to deliver to "${kind}".` });

/** Brings it there, and proves that it is there. */
export async function deliverOne(ctx: StepContext, delivery: Delivery, certificate: Deliverable): Promise<void> {
  if (delivery.kind === "swarm") {
    const { serviceName, ownerId, options } = readSwarm(delivery);
    await assertSameOwner(serviceName, ownerId);
    return deliverToSwarm(ctx, certificate, delivery.target, serviceName, options);
  }
  if (delivery.kind !== "caddy" && delivery.kind !== "traefik") throw unknownKind(delivery);
  const ingress = openIngress(delivery.kind);
  const done = await ingress.putCertificate(certificate, ctx);
  ctx.log.info(`${ingress.label} has the certificate ${certificate.serial} (${done})`);
}

/** Whether that place has what the certificate is now. */
export async function isDelivered(ctx: StepContext, delivery: Delivery, certificate: Deliverable): Promise<boolean> {
  if (delivery.kind === "swarm") return findInSwarm(delivery.target, certificate, ctx.signal);
  if (delivery.kind !== "caddy" && delivery.kind !== "traefik") throw unknownKind(delivery);
  const found = await openIngress(delivery.kind).findCertificate(certificate.id, ctx.signal);
  return found?.serial === certificate.serial;
}

/** Takes it away from there again; the row goes when that is done. */
export async function withdrawOne(ctx: StepContext, delivery: Delivery): Promise<void> {
  const { certificateId, kind, target } = delivery;
  if (kind === "swarm") await withdrawFromSwarm(ctx, certificateId, target, readSwarm(delivery).serviceName);
  else if (kind === "caddy" || kind === "traefik") {
    const ingress = openIngress(kind);
    await ingress.removeCertificate(certificateId, ctx);
    if (await ingress.findCertificate(certificateId, ctx.signal))
      throw new AppError({
        code: "delivery.still_there",
        message: `${ingress.label} still has the certificate.`,
        retry: "retry",
      });
  } else throw unknownKind(delivery);
  await ctx.write((tx) => tx.certificateDelivery.deleteMany({ where: { id: delivery.id } }));
  ctx.log.info(`Took the certificate away from ${describeDelivery(delivery)}`);
}
