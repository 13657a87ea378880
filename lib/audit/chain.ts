import { canonicalJson, sha256 } from "#lib/platform/crypto.ts";

/** An audit event as it is sealed: all of its columns but those of the seal itself. */
export interface SealedFields {
  id: number;
  at: Date;
  actorKind: string;
  actorId: string | null;
  actorName: string;
  action: string;
  subjectType: string;
  subjectId: string;
  detail: unknown;
  requestId: string | null;
}

export const EVENT_COLUMNS = "id, at, actorKind, actorId, actorName, action, subjectType, subjectId, detail, requestId";

/** Before the first event. */
export const GENESIS = new Uint8Array(32);

/** The event's link: a hash over the link before it, its place, and everything it says. */
export function linkHash(prevHash: Uint8Array, seq: number, event: SealedFields): Uint8Array<ArrayBuffer> {
  const { id, actorKind, actorId, actorName, action, subjectType, subjectId, detail, requestId } = event;
  const text = canonicalJson({
    seq,
    id,
    at: event.at.toISOString(),
    actorKind,
    actorId,
    actorName,
    action,
    subjectType,
    subjectId,
    detail,
    requestId,
  });
  return sha256(Buffer.concat([prevHash, Buffer.from(text)]));
}

export const sameBytes = (a: Uint8Array | null, b: Uint8Array): boolean => a !== null && Buffer.compare(a, b) === 0;
