import { randomUUID } from "node:crypto";
import type { Identity } from "#lib/integrations/saml/read-assertion.ts";
import { config } from "#lib/platform/config/config.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { RESERVED_LABELS } from "../constants.ts";
import { readProfile } from "../identity-attributes.ts";
import { writeRoles } from "../roles.ts";
import type { Role } from "../types.ts";
import { usernameCandidates } from "../username.ts";

const SELECT = { id: true, email: true, displayName: true, disabledAt: true } as const;

/** A person's label is nobody else's, no service's name and nothing that means something else: names under it are theirs alone. */
async function chooseUsername(tx: Tx, identity: Identity): Promise<string> {
  const candidates = usernameCandidates(identity.issuer, identity.nameId);
  const people = await tx.user.findMany({ where: { username: { in: candidates } }, select: { username: true } });
  const services = await tx.service.findMany({
    where: { name: { in: candidates }, state: { not: "retired" } },
    select: { name: true },
  });
  const claims = await tx.serviceClaim.findMany({
    where: { kind: "hostname", value: { in: candidates.map((label) => `${label}.${config().ROOT_DOMAIN}`) } },
    select: { value: true },
  });
  const taken = new Set<string>([
    ...RESERVED_LABELS,
    ...people.map(({ username }) => username),
    ...services.map(({ name }) => name),
    ...claims.map(({ value }) => value.slice(0, -config().ROOT_DOMAIN.length - 1)),
  ]);
  return candidates.find((candidate) => !taken.has(candidate)) ?? `user-${randomUUID()}`;
}

/** The account of (issuer, NameID), made at its first sign-in, with what the provider says of it now: also fewer roles. */
export async function rememberUser(tx: Tx, identity: Identity, roles: readonly Role[]) {
  const { issuer, nameId } = identity;
  const now = { ...readProfile(nameId, identity.attributes), roles: writeRoles(roles) };
  const lastLoginAt = roles.length > 0 ? { lastLoginAt: new Date() } : {};
  const found = await tx.user.findUnique({ where: { issuer_nameId: { issuer, nameId } }, select: { id: true } });
  if (found) {
    const user = await tx.user.update({ where: found, data: { ...now, ...lastLoginAt }, select: SELECT });
    return { user, isNew: false };
  }
  const username = await chooseUsername(tx, identity);
  const data = { id: randomUUID(), issuer, nameId, username, ...now, ...lastLoginAt };
  return { user: await tx.user.create({ data, select: SELECT }), isNew: true };
}
