import { randomUUID } from "node:crypto";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudits } from "#lib/audit/record.ts";
import { config } from "#lib/platform/config/config.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { conflict, invalid } from "#lib/platform/errors.ts";
import type { CheckedRecord } from "../check-record.ts";
import { isInZone } from "../names.ts";
import { RECORD_SUBJECT } from "../queries/get-record.ts";
import type { AdoptForeign } from "../types.ts";
import { endOf } from "./create-record.ts";
import { ASKED_AGAIN } from "./lock-rows.ts";

interface Owner {
  ownerId: string | null;
  serviceId: string | null;
  expiresAt: Date | null;
}

/** Who was named to have the records; undefined: whoever has the names. */
export async function findAssignee(tx: Tx, { ownerId, serviceName }: AdoptForeign): Promise<Owner | undefined> {
  if (ownerId && serviceName) throw invalid({ serviceName: "Name a person or a service, not both." });
  if (serviceName) {
    const service = await tx.service.findFirst({ where: { name: serviceName, state: { not: "retired" } } });
    if (!service) throw invalid({ serviceName: `There is no service ${serviceName}.` });
    return { ownerId: null, serviceId: service.id, expiresAt: null };
  }
  if (!ownerId) return undefined;
  if (!(await tx.user.findUnique({ where: { id: ownerId }, select: { id: true } })))
    throw invalid({ ownerId: "Nobody with this account has signed in yet." });
  return { ownerId, serviceId: null, expiresAt: null };
}

/** Whose each name is by convention, asked once for all of them. */
async function ownersByName(tx: Tx, names: readonly string[]): Promise<(name: string) => Owner> {
  const root = config().ROOT_DOMAIN;
  const labelOf = (name: string) =>
    name !== root && isInZone(name, root)
      ? (name
          .slice(0, -root.length - 1)
          .split(".")
          .at(-1) ?? "")
      : "";
  const labels = [...new Set(names.map(labelOf))].filter((label) => label !== "" && label !== "*");
  const services = await tx.service.findMany({
    where: { name: { in: labels }, state: { not: "retired" } },
    select: { id: true, name: true },
  });
  const people = await tx.user.findMany({ where: { username: { in: labels } }, select: { id: true, username: true } });
  return (name) => {
    const label = labelOf(name);
    const service = services.find((one) => one.name === label);
    if (service) return { ownerId: null, serviceId: service.id, expiresAt: null };
    const person = people.find(({ username }) => username === label);
    if (person) return { ownerId: person.id, serviceId: null, expiresAt: endOf({ kind: "personal" }) };
    return { ownerId: null, serviceId: null, expiresAt: null };
  };
}

export interface TakenSet {
  record: CheckedRecord;
  /** Set when it stands there already: exactly this may be taken over. */
  isThere: boolean;
}

/**
 * Writes rows for sets an administrator takes over or imports, in the caller's transaction, which holds the zone. Numbers are
 * not limited here: what stands already does not go away by being too many.
 */
export async function writeSets(
  tx: Tx,
  actor: UserActor,
  zoneId: string,
  sets: readonly TakenSet[],
  how: { action: string; assignee: AdoptForeign },
): Promise<{ id: string; name: string; type: string }[]> {
  const assigned = await findAssignee(tx, how.assignee);
  const byName = await ownersByName(
    tx,
    sets.map(({ record }) => record.name),
  );
  const kept = await tx.dnsRecord.findMany({
    where: { zoneId, name: { in: sets.map(({ record }) => record.name) } },
    select: { id: true, name: true, type: true, state: true },
  });
  const before = new Map(kept.map((row) => [`${row.name} ${row.type}`, row]));
  const made: { id: string; name: string; type: string }[] = [];
  const fresh = [];
  for (const { record, isThere } of sets) {
    const { name, type, ttl, values } = record;
    const fields = {
      ...{ ttl, values, ...ASKED_AGAIN, state: "pending", ...(assigned ?? byName(name)) },
      ...{ remindedDays: null, removedAt: null, removedReason: null },
      ...(isThere ? { overwrite: { ttl, values, alias: null } } : {}),
    };
    const row = before.get(`${name} ${type}`);
    const id = row?.id ?? randomUUID();
    if (!row) fresh.push({ id, zoneId, name, type, ...fields });
    else if (row.state !== "removed") throw conflict("dns.name_taken", `There is a ${type} record of ${name} already.`);
    else
      await tx.dnsRecord.update({
        where: { id },
        data: { ...fields, createdAt: new Date(), version: { increment: 1 } },
      });
    made.push({ id, name, type });
  }
  await tx.dnsRecord.createMany({ data: fresh });
  await recordAudits(
    tx,
    actor,
    made.map(({ id, name, type }, index) => {
      const { ttl, values } = (sets[index] as TakenSet).record;
      return {
        action: how.action,
        subjectType: RECORD_SUBJECT,
        subjectId: id,
        detail: { name, type, after: { ttl, values } },
      };
    }),
  );
  return made;
}
