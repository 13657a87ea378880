import { compareNames, compareText } from "./names.ts";
import type { RecordType } from "./record-values.ts";

interface AliasTarget {
  hostedZoneId: string;
  dnsName: string;
  evaluateTargetHealth: boolean;
}

/** A resource record set; `name` is canonical (see names.ts). An alias has no TTL and no values. */
export interface RecordSet {
  name: string;
  type: RecordType;
  ttl?: number;
  values: string[];
  setIdentifier?: string;
  weight?: number;
  aliasTarget?: AliasTarget;
}

/** Record sets by name, type and set identifier. */
export type RecordSets = Map<string, RecordSet>;

export type RecordSetId = Pick<RecordSet, "name" | "type" | "setIdentifier">;

export const recordSetKey = ({ name, type, setIdentifier }: RecordSetId) =>
  `${name} ${type} ${setIdentifier ?? ""}`.trimEnd();

/** The order of ListResourceRecordSets: reversed name, then type, then set identifier. */
export function compareRecordSets(a: RecordSetId, b: RecordSetId): number {
  return (
    compareNames(a.name, b.name) ||
    compareText(a.type, b.type) ||
    compareText(a.setIdentifier ?? "", b.setIdentifier ?? "")
  );
}

const sorted = (values: string[]) => [...values].sort().join("\n");

/** A DELETE must repeat the record set exactly; only the order of its values is free. */
export function isSameRecordSet(a: RecordSet, b: RecordSet): boolean {
  return (
    a.ttl === b.ttl &&
    a.weight === b.weight &&
    sorted(a.values) === sorted(b.values) &&
    a.aliasTarget?.dnsName === b.aliasTarget?.dnsName &&
    a.aliasTarget?.hostedZoneId === b.aliasTarget?.hostedZoneId
  );
}

/** Writes a record set the way the service's messages name it. */
export function describeRecordSet({ name, type, setIdentifier }: RecordSetId): string {
  const identifier = setIdentifier === undefined ? "" : `, set-identifier='${setIdentifier}'`;
  return `[name='${name}', type='${type}'${identifier}]`;
}
