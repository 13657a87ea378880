import { may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db, type Prisma, type Tx } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";

/** A service's certificates are seen by everybody who sees services; a person's by them and administrators. */
export function visibleTo(actor: Actor): Prisma.CertificateWhereInput {
  if (actor.kind === "system" || actor.roles.includes("admin")) return {};
  return { OR: [{ serviceId: { not: null } }, { ownerId: actor.id }] };
}

/** What a row of a list needs. Chain and key stay in the database. */
export const SUMMARY = {
  id: true,
  names: true,
  keyType: true,
  state: true,
  issuer: true,
  serial: true,
  notBefore: true,
  notAfter: true,
  autoRenew: true,
  renewAt: true,
  renewalError: true,
  error: true,
  createdAt: true,
  service: { select: { id: true, name: true, state: true, owner: { select: { id: true, displayName: true } } } },
  owner: { select: { id: true, displayName: true } },
} as const satisfies Prisma.CertificateSelect;

export type SummaryRow = Prisma.CertificateGetPayload<{ select: typeof SUMMARY }>;

/** A run at work on a certificate holds this. */
export const exclusiveKeyOf = (certificateId: string) => `certificate:${certificateId}`;

/** The run that works on it: its own, or while it was never issued the one that provisions its service. */
export function findActiveRun(tx: Tx, row: { id: string; state: string; service: { id: string } | null }) {
  const keys = [exclusiveKeyOf(row.id)];
  if (row.state === "pending" && row.service) keys.push(`service:${row.service.id}`);
  return tx.run.findFirst({
    where: { exclusiveKey: { in: keys } },
    select: { id: true, title: true, state: true, checklistKey: true },
  });
}

/** Who answers for it and may have its key: a service's owner, else who asked for it; of a retired service administrators alone. */
const ownerIdOf = ({ service, owner }: Pick<SummaryRow, "service" | "owner">) => {
  if (!service) return owner?.id ?? null;
  return service.state === "retired" ? null : service.owner.id;
};

/** One the actor may see, and what decides what they may do with it. Others do not exist for them. */
export async function findVisible(actor: Actor, id: string, tx: Tx = db()) {
  const row = await tx.certificate.findFirst({
    where: { AND: [{ id }, visibleTo(actor)] },
    select: { ...SUMMARY, csrPem: true, keySecretId: true, revokedAt: true, currentOrderId: true },
  });
  if (!row) throw notFound("certificate");
  return { ...row, ownerId: ownerIdOf(row) };
}

export type VisibleCertificate = Awaited<ReturnType<typeof findVisible>>;

/** Which acts the actor's role and ownership allow, whatever the certificate's state. */
export const mayDo = (actor: Actor, ownerId: string | null) => ({
  renew: may(actor, "certificates.renew", { ownerId }).ok,
  revoke: may(actor, "certificates.revoke", { ownerId }).ok,
  remove: may(actor, "certificates.delete", { ownerId }).ok,
  download: may(actor, "certificates.download", { ownerId }).ok,
  deliver: may(actor, "certificates.deliver", { ownerId }).ok,
});
