import { authorize, mayEver } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { config } from "#lib/platform/config/config.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import type { CertificatePlaces } from "../types.ts";
import { findLineage } from "./find-lineage.ts";

const SERVICES_SHOWN = 200;

/** The reader's own wildcard and its base; null for somebody without an account row. */
export async function personalNames(tx: Tx, userId: string): Promise<string[] | null> {
  const user = await tx.user.findUnique({ where: { id: userId }, select: { username: true } });
  if (!user) return null;
  const base = `${user.username}.${config().ROOT_DOMAIN}`;
  return [`*.${base}`, base];
}

/** What the page of a new certificate offers the reader. */
export async function listPlaces(actor: UserActor): Promise<CertificatePlaces> {
  authorize(actor, "certificates.read");
  const { ROOT_DOMAIN: root } = config();
  const names = await personalNames(db(), actor.id);
  const isAdmin = actor.roles.includes("admin");
  const services = await db().service.findMany({
    where: { ownerId: actor.id, state: { not: "retired" } },
    select: { name: true },
    orderBy: { name: "asc" },
    take: SERVICES_SHOWN,
  });
  const zones = isAdmin ? await db().dnsZone.findMany({ select: { name: true }, orderBy: { name: "asc" } }) : [];
  const existing = names
    ? await findLineage(db(), { names, keyType: "ec-p256", csrPem: null, serviceId: null, ownerId: actor.id })
    : null;
  return {
    personal: names ? { names, certificate: existing } : null,
    suffixes: [
      ...(names ? [{ suffix: names[1] ?? root, service: null }] : []),
      ...services.map(({ name }) => ({ suffix: `${name}.${root}`, service: name })),
    ],
    zones: isAdmin ? [...new Set([root, ...zones.map((zone) => zone.name)])] : [],
    mayRequest: mayEver(actor, "certificates.request"),
  };
}
