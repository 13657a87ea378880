import type { Answer } from "dns-packet";
import { canonicalName, InvalidNameError, isInZone, parentName } from "./names.ts";
import { compareRecordSets, type RecordSet } from "./record-sets.ts";
import { toAnswer } from "./record-values.ts";
import { NAME_SERVERS, type Zone, type ZoneStore } from "./zone-store.ts";

/** DNS response codes used here (RFC 1035 section 4.1.1). */
export const RCODE = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;

export interface DnsAnswer {
  rcode: number;
  authoritative: boolean;
  answers: Answer[];
  authorities: Answer[];
}

const MAX_CHAIN = 8;
const NEGATIVE_TTL = 900;

/** A zone's published record sets by name, with every name that exists, also those that only have names below. */
interface ZoneIndex {
  byName: Map<string, RecordSet[]>;
  names: Set<string>;
}

const indexes = new WeakMap<Zone["published"], ZoneIndex>();

function indexZone(zone: Zone): ZoneIndex {
  const known = indexes.get(zone.published);
  if (known) return known;
  const byName = new Map<string, RecordSet[]>();
  const names = new Set<string>();
  for (const set of zone.published.values()) {
    byName.set(set.name, [...(byName.get(set.name) ?? []), set]);
    for (let name: string | undefined = set.name; name && isInZone(name, zone.name); name = parentName(name))
      names.add(name);
  }
  const index = { byName, names };
  indexes.set(zone.published, index);
  return index;
}

/** Among weighted record sets of one name and type one is drawn; a simple one is just itself. */
function drawByWeight(sets: RecordSet[]): RecordSet | undefined {
  let ticket = Math.random() * sets.reduce((sum, set) => sum + (set.weight ?? 0), 0);
  for (const set of sets) {
    ticket -= set.weight ?? 0;
    if (ticket < 0) return set;
  }
  return sets[0];
}

function soaOf(zone: Zone): Answer[] {
  const soa = zone.published.get(`${zone.name} SOA`);
  return soa ? [toAnswer(zone.name, "SOA", Math.min(soa.ttl ?? 0, NEGATIVE_TTL), soa.values[0] ?? "")] : [];
}

/** The record sets that hold for a name: its own, or those of the wildcard at its closest encloser. */
function findSets({ byName, names }: ZoneIndex, zone: Zone, name: string): RecordSet[] | undefined {
  if (names.has(name)) return byName.get(name) ?? [];
  for (let up = parentName(name); up && isInZone(up, zone.name); up = parentName(up))
    if (names.has(up)) return byName.get(`\\052.${up}`);
  return undefined;
}

function findDelegation({ byName }: ZoneIndex, zone: Zone, name: string): RecordSet | undefined {
  let found: RecordSet | undefined;
  for (let up: string | undefined = name; up && up !== zone.name; up = parentName(up))
    found = byName.get(up)?.find((set) => set.type === "NS") ?? found;
  return found;
}

function recordsOf(store: ZoneStore, name: string, set: RecordSet, depth: number): Answer[] {
  if (set.aliasTarget) {
    const target = answerQuestion(store, set.aliasTarget.dnsName, set.type, depth + 1);
    return target.answers
      .filter((answer) => answer.type === set.type)
      .map((answer) => ({ ...answer, name: name.replace(/\.$/, "") }));
  }
  return set.values.map((value) => toAnswer(name, set.type, set.ttl ?? 0, value));
}

function answerFromZone(store: ZoneStore, zone: Zone, name: string, type: string, depth: number): DnsAnswer {
  const index = indexZone(zone);
  const delegation = findDelegation(index, zone, name);
  if (delegation && !(delegation.name === name && type === "DS"))
    return {
      rcode: RCODE.NOERROR,
      authoritative: false,
      answers: [],
      authorities: recordsOf(store, delegation.name, delegation, depth),
    };
  const sets = findSets(index, zone, name);
  if (!sets) return { rcode: RCODE.NXDOMAIN, authoritative: true, answers: [], authorities: soaOf(zone) };
  if (type === "ANY") {
    const answers = [...sets].sort(compareRecordSets).flatMap((set) => recordsOf(store, name, set, depth));
    return { rcode: RCODE.NOERROR, authoritative: true, answers, authorities: answers.length > 0 ? [] : soaOf(zone) };
  }
  const match = drawByWeight(sets.filter((set) => set.type === type));
  const answers = match ? recordsOf(store, name, match, depth) : [];
  if (answers.length > 0) return { rcode: RCODE.NOERROR, authoritative: true, answers, authorities: [] };
  const cname = drawByWeight(sets.filter((set) => set.type === "CNAME"));
  if (!cname) return { rcode: RCODE.NOERROR, authoritative: true, answers: [], authorities: soaOf(zone) };
  const link = recordsOf(store, name, cname, depth);
  const target = canonicalName(cname.values[0] ?? "");
  if (!isInZone(target, zone.name) || depth >= MAX_CHAIN)
    return { rcode: RCODE.NOERROR, authoritative: true, answers: link, authorities: [] };
  const chased = answerFromZone(store, zone, target, type, depth + 1);
  return { ...chased, authoritative: true, answers: [...link, ...chased.answers] };
}

/** Answers one question from what is published; names of no hosted zone are refused, as an authority does. */
export function answerQuestion(store: ZoneStore, askedName: string, type: string, depth = 0): DnsAnswer {
  let name: string;
  try {
    name = canonicalName(askedName);
  } catch (error) {
    if (!(error instanceof InvalidNameError)) throw error;
    return { rcode: RCODE.FORMERR, authoritative: false, answers: [], authorities: [] };
  }
  if (NAME_SERVERS.includes(name)) {
    const answers = type === "A" ? [toAnswer(name, "A", 172_800, "127.0.0.1")] : [];
    return { rcode: RCODE.NOERROR, authoritative: true, answers, authorities: [] };
  }
  const zone = store.findPublishedZone((zoneName) => isInZone(name, zoneName));
  if (!zone || depth > MAX_CHAIN) return { rcode: RCODE.REFUSED, authoritative: false, answers: [], authorities: [] };
  return answerFromZone(store, zone, name, type, depth);
}
