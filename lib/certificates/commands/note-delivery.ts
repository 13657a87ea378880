import { randomUUID } from "node:crypto";
import type { Tx } from "#lib/platform/db/client.ts";

/** Where a certificate is brought to: unique within the certificate. */
export interface DeliveryPlace {
  certificateId: string;
  kind: "swarm" | "caddy" | "traefik";
  target: string;
}

/** Remembers the place, so that renewals are brought there, and what it has now. */
export async function noteDelivered(tx: Tx, place: DeliveryPlace, serial: string): Promise<void> {
  const done = { state: "delivered", serial, error: null, deliveredAt: new Date() };
  await tx.certificateDelivery.upsert({
    where: { certificateId_kind_target: place },
    create: { id: randomUUID(), ...place, options: {}, ...done },
    update: done,
  });
}

export async function forgetDelivery(tx: Tx, place: DeliveryPlace): Promise<void> {
  await tx.certificateDelivery.deleteMany({ where: { ...place } });
}
