import { type Action, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { config } from "#lib/platform/config/config.ts";
import type { Prisma } from "#lib/platform/db/client.ts";
import type { RecordState } from "../constants.ts";
import type { RecordView } from "../types.ts";

/** What a view of a record needs, as Prisma includes it. */
export const RECORD_ROW = {
  zone: { select: { id: true, name: true } },
  owner: { select: { id: true, displayName: true } },
  service: { select: { id: true, name: true, ownerId: true, state: true } },
} as const satisfies Prisma.DnsRecordInclude;

export type RecordRow = Prisma.DnsRecordGetPayload<{ include: typeof RECORD_ROW }>;

const DAY_MS = 86_400_000;
const toText = (date: Date | null) => date?.toISOString() ?? null;

export const readValues = (json: unknown): string[] => (Array.isArray(json) ? json.map(String) : []);

/** What the policy looks at: a service's record is its owner's, and after its end the administrators'. */
export const subjectOfRow = ({ ownerId, service }: Pick<RecordRow, "ownerId" | "service">) => {
  if (!service) return { ownerId, serviceId: null };
  return { ownerId: service.state === "retired" ? null : service.ownerId, serviceId: service.id };
};

/** Until when a removed record can come back and its name is kept for its owner; null while it is not removed. */
export const restorableUntil = ({ state, removedAt }: Pick<RecordRow, "state" | "removedAt">): Date | null =>
  state === "removed" && removedAt ? new Date(removedAt.getTime() + config().DNS_GRACE_DAYS * DAY_MS) : null;

function readObserved(json: unknown): RecordView["observed"] {
  if (typeof json !== "object" || json === null) return null;
  if ("absent" in json && json.absent === true) return { absent: true };
  const { ttl, values, alias } = json as Record<string, unknown>;
  return {
    ttl: typeof ttl === "number" ? ttl : null,
    values: readValues(values),
    alias: typeof alias === "string" ? alias : null,
  };
}

/** What the actor may do with the record in the state it is in. */
function mayWith(actor: Actor, row: RecordRow, now: Date): RecordView["may"] {
  const allows = (action: Action) => may(actor, action, subjectOfRow(row)).ok;
  const isThere = row.state !== "removed" && row.state !== "removing";
  const isDrift = row.state === "drift";
  const until = restorableUntil(row);
  const hasContentOfOthers = isDrift && !isAbsent(row.observed);
  return {
    edit: isThere && allows("records.edit"),
    remove: isThere && allows("records.delete") && (!hasContentOfOthers || allows("records.putRight")),
    renew: isThere && row.expiresAt !== null && allows("records.renew"),
    restore:
      row.state === "removing"
        ? row.removedAt !== null && allows("records.restore")
        : until !== null && until > now && allows("records.restore"),
    adopt: isDrift && isAdoptable(row.observed) && allows("records.adopt"),
    putRight: isDrift && allows("records.putRight"),
  };
}

export const isAbsent = (observed: unknown): boolean =>
  typeof observed !== "object" || observed === null || ("absent" in observed && observed.absent === true);

/** Nothing there, or a plain set: an alias is nothing a row could hold. */
const isAdoptable = (json: unknown): boolean => {
  const observed = readObserved(json);
  return observed !== null && ("absent" in observed || (observed.alias === null && observed.ttl !== null));
};

export function toRecordView(actor: Actor, row: RecordRow, now = new Date()): RecordView {
  return {
    id: row.id,
    zone: row.zone,
    name: row.name,
    type: row.type,
    ttl: row.ttl,
    values: readValues(row.values),
    description: row.description,
    state: row.state as RecordState,
    error: row.error,
    observed: row.state === "drift" ? readObserved(row.observed) : null,
    version: row.version,
    owner: row.owner ? { id: row.owner.id, name: row.owner.displayName } : null,
    service: row.service ? { id: row.service.id, name: row.service.name } : null,
    createdAt: row.createdAt.toISOString(),
    syncedAt: toText(row.syncedAt),
    expiresAt: toText(row.expiresAt),
    removedAt: toText(row.removedAt),
    removedReason: row.removedReason as RecordView["removedReason"],
    restorableUntil: toText(restorableUntil(row)),
    may: mayWith(actor, row, now),
  };
}

/** A removed record is seen only by who may have it back. */
export const isVisible = (actor: Actor, row: RecordRow): boolean =>
  row.state !== "removed" || may(actor, "records.restore", subjectOfRow(row)).ok;
