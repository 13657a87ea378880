import { canonicalJson, sha256 } from "#lib/platform/crypto.ts";
import { standingOf } from "./content.ts";
import type { Hold, PlannedSet } from "./plan-types.ts";

/** More of a zone than this is not changed at once without a person's leave. */
const MAX_SHARE = 0.3;
/** Fewer than this are never many, however small the zone. */
const FEW = 4;

/** Creations add; they take nothing away from anybody. */
const countAffected = (changes: readonly PlannedSet[]) => changes.filter(({ action }) => action !== "create").length;

/** Whether so few are changed or removed that the size of the zone does not matter. */
export const isFew = (changes: readonly PlannedSet[]) => countAffected(changes) < FEW;

/** Says why a plan must wait for a person; null when it need not. */
export function judgeHold(zone: string, changes: readonly PlannedSet[], existing: number): Hold | null {
  const affected = countAffected(changes);
  const roots = changes.filter(({ name, type }) => name === zone && (type === "NS" || type === "SOA"));
  const reasons = [
    ...roots.map(({ action, type }) => `It would ${action} the zone's own ${type} record.`),
    ...(affected >= FEW && affected > MAX_SHARE * existing
      ? [`It would change or remove ${affected} of the zone's ${existing} record sets, which is more than 30 %.`]
      : []),
  ];
  return reasons.length > 0 ? { reason: reasons.join(" "), affected, existing } : null;
}

const spell = ({ action, name, type, before, after }: PlannedSet) =>
  canonicalJson({ action, name, type, before: before ? standingOf(before) : null, after: after ?? null });

/** What a person allows: exactly these changes, from exactly what stands there. */
export const hashPlan = (changes: readonly PlannedSet[]): Uint8Array<ArrayBuffer> =>
  sha256(changes.map(spell).sort().join("\n"));

/** One change of a plan, short enough to keep ten thousand of them. */
export const hashChange = (change: PlannedSet): string =>
  Buffer.from(sha256(spell(change)))
    .toString("base64url")
    .slice(0, 16);
