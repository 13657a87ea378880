import type { Change } from "./change-batch.ts";
import { invalidInput, ServiceError } from "./errors.ts";
import { canonicalName, compareNames, InvalidNameError } from "./names.ts";
import { compareRecordSets, type RecordSet, type RecordSets } from "./record-sets.ts";
import { isRecordType } from "./record-values.ts";
import { readChangeBatch, readMaxItems, readName } from "./request-parts.ts";
import { child, children, childText, readXml, type XmlValue } from "./xml.ts";
import { type ChangeInfo, NAME_SERVERS, type Zone, type ZoneStore } from "./zone-store.ts";

interface OperationInput {
  store: ZoneStore;
  params: string[];
  query: URLSearchParams;
  body: string;
  insyncMs: number;
  /** Throws what a test wants to go wrong with these changes. */
  inspect(changes: readonly Change[]): void;
}

export interface OperationOutput {
  status?: number;
  location?: string;
  content: { [name: string]: XmlValue };
  /** The accepted changes of a batch, for the counters. */
  batch?: { hostedZoneId: string; changeId: string; changes: Change[] };
}

export interface Operation {
  name: string;
  method: string;
  path: RegExp;
  run(input: OperationInput): OperationOutput;
}

const describeZone = (zone: Zone): XmlValue => ({
  Id: `/hostedzone/${zone.id}`,
  Name: zone.name,
  CallerReference: zone.callerReference,
  Config: { Comment: zone.comment || undefined, PrivateZone: false },
  ResourceRecordSetCount: zone.recordSets.size,
});

const describeChange = (change: ChangeInfo, status: string): XmlValue => ({
  Id: `/change/${change.id}`,
  Status: status,
  SubmittedAt: new Date(change.submittedAt).toISOString(),
  Comment: change.comment,
});

const delegationSet: XmlValue = {
  NameServers: { NameServer: NAME_SERVERS.map((server) => server.replace(/\.$/, "")) },
};

const describeRecordSet = (set: RecordSet): XmlValue => ({
  Name: set.name,
  Type: set.type,
  SetIdentifier: set.setIdentifier,
  Weight: set.weight,
  TTL: set.ttl,
  ResourceRecords: set.aliasTarget ? undefined : { ResourceRecord: set.values.map((value) => ({ Value: value })) },
  AliasTarget: set.aliasTarget && {
    HostedZoneId: set.aliasTarget.hostedZoneId,
    DNSName: set.aliasTarget.dnsName,
    EvaluateTargetHealth: set.aliasTarget.evaluateTargetHealth,
  },
});

function createHostedZone({ store, body, insyncMs }: OperationInput): OperationOutput {
  const request = readXml(body, "CreateHostedZoneRequest");
  const callerReference = childText(request, "CallerReference");
  const given = childText(request, "Name") ?? "";
  if (!callerReference || callerReference.length > 128)
    throw invalidInput("CallerReference must have 1 to 128 characters.");
  let name: string;
  try {
    name = canonicalName(given);
  } catch (error) {
    if (error instanceof InvalidNameError) throw new ServiceError("InvalidDomainName", error.message);
    throw error;
  }
  if (name.split(".").length < 3 || name.includes("\\"))
    throw new ServiceError("InvalidDomainName", `${given} is not a valid domain name.`);
  const comment = childText(child(request, "HostedZoneConfig"), "Comment") ?? "";
  const { zone, change } = store.createZone({ name, callerReference, comment }, insyncMs);
  return {
    status: 201,
    location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${zone.id}`,
    content: {
      HostedZone: describeZone(zone),
      ChangeInfo: describeChange(change, "PENDING"),
      DelegationSet: delegationSet,
    },
  };
}

function listHostedZones({ store, query }: OperationInput): OperationOutput {
  const most = readMaxItems(query, 100);
  const marker = query.get("marker");
  const zones = store.listZones().filter((zone) => marker === null || zone.id >= marker);
  return {
    content: {
      HostedZones: { HostedZone: zones.slice(0, most).map(describeZone) },
      Marker: marker ?? undefined,
      IsTruncated: zones.length > most,
      NextMarker: zones[most]?.id,
      MaxItems: most,
    },
  };
}

function listHostedZonesByName({ store, query }: OperationInput): OperationOutput {
  const most = readMaxItems(query, 100);
  const dnsName = query.get("dnsname");
  const zoneId = query.get("hostedzoneid");
  if (zoneId !== null && dnsName === null) throw invalidInput("The DNS name must be given with the hosted zone ID.");
  const from = dnsName === null ? undefined : readName(dnsName);
  const zones = store.listZonesByName().filter((zone) => {
    if (from === undefined) return true;
    const order = compareNames(zone.name, from);
    return order > 0 || (order === 0 && (zoneId === null || zone.id >= zoneId));
  });
  return {
    content: {
      HostedZones: { HostedZone: zones.slice(0, most).map(describeZone) },
      DNSName: dnsName ?? undefined,
      HostedZoneId: zoneId ?? undefined,
      IsTruncated: zones.length > most,
      NextDNSName: zones[most]?.name,
      NextHostedZoneId: zones[most]?.id,
      MaxItems: most,
    },
  };
}

/** Every change makes a new map, so that a sorted one stays true. */
const sortedSets = new WeakMap<RecordSets, RecordSet[]>();
function listSorted(sets: RecordSets): RecordSet[] {
  const known = sortedSets.get(sets) ?? [...sets.values()].sort(compareRecordSets);
  sortedSets.set(sets, known);
  return known;
}

function listResourceRecordSets({ store, params, query }: OperationInput): OperationOutput {
  const zone = store.getZone(params[0] ?? "");
  const most = readMaxItems(query, 300);
  const [name, type, identifier] = [query.get("name"), query.get("type"), query.get("identifier")];
  if (type !== null && (name === null || !isRecordType(type)))
    throw invalidInput("The input is not valid: type must be a record type and requires name.");
  if (identifier !== null && type === null)
    throw invalidInput("The input is not valid: identifier requires name and type.");
  const start = name === null ? undefined : readName(name);
  const all = listSorted(zone.recordSets);
  const first = all.findIndex((set) => {
    if (start === undefined) return true;
    const from = { name: start, type: type === null ? undefined : type, setIdentifier: identifier ?? "" };
    if (from.type === undefined || !isRecordType(from.type)) return compareNames(set.name, start) >= 0;
    return compareRecordSets(set, { ...from, type: from.type }) >= 0;
  });
  const sets = first < 0 ? [] : all.slice(first, first + most + 1);
  const next = sets[most];
  return {
    content: {
      ResourceRecordSets: { ResourceRecordSet: sets.slice(0, most).map(describeRecordSet) },
      IsTruncated: next !== undefined,
      NextRecordName: next?.name,
      NextRecordType: next?.type,
      NextRecordIdentifier: next?.setIdentifier,
      MaxItems: most,
    },
  };
}

function changeTags({ store, params, body }: OperationInput): OperationOutput {
  const request = readXml(body, "ChangeTagsForResourceRequest");
  const zone = store.getZone(params[0] ?? "");
  for (const key of children(child(request, "RemoveTagKeys"), "Key"))
    if (typeof key === "string") delete zone.tags[key];
  for (const tag of children(child(request, "AddTags"), "Tag")) {
    const key = childText(tag, "Key");
    if (!key || key.length > 128) throw invalidInput("A tag key must have 1 to 128 characters.");
    zone.tags[key] = childText(tag, "Value") ?? "";
  }
  store.save();
  return { content: {} };
}

const ZONE = "/2013-04-01/hostedzone/([^/]+)";

export const OPERATIONS: Operation[] = [
  { name: "CreateHostedZone", method: "POST", path: /^\/2013-04-01\/hostedzone\/?$/, run: createHostedZone },
  { name: "ListHostedZones", method: "GET", path: /^\/2013-04-01\/hostedzone\/?$/, run: listHostedZones },
  {
    name: "ListHostedZonesByName",
    method: "GET",
    path: /^\/2013-04-01\/hostedzonesbyname\/?$/,
    run: listHostedZonesByName,
  },
  {
    name: "GetHostedZoneCount",
    method: "GET",
    path: /^\/2013-04-01\/hostedzonecount\/?$/,
    run: ({ store }) => ({ content: { HostedZoneCount: store.listZones().length } }),
  },
  {
    name: "GetHostedZone",
    method: "GET",
    path: new RegExp(`^${ZONE}/?$`),
    run: ({ store, params }) => ({
      content: { HostedZone: describeZone(store.getZone(params[0] ?? "")), DelegationSet: delegationSet },
    }),
  },
  {
    name: "DeleteHostedZone",
    method: "DELETE",
    path: new RegExp(`^${ZONE}/?$`),
    run: ({ store, params, insyncMs }) => ({
      content: { ChangeInfo: describeChange(store.deleteZone(params[0] ?? "", insyncMs), "PENDING") },
    }),
  },
  {
    name: "ChangeResourceRecordSets",
    method: "POST",
    path: new RegExp(`^${ZONE}/rrset/?$`),
    run: ({ store, params, body, insyncMs, inspect }) => {
      const zone = store.getZone(params[0] ?? "");
      const { changes, comment } = readChangeBatch(readXml(body, "ChangeResourceRecordSetsRequest"));
      inspect(changes);
      const change = store.changeRecordSets(zone.id, changes, insyncMs, comment);
      return {
        content: { ChangeInfo: describeChange(change, "PENDING") },
        batch: { hostedZoneId: zone.id, changeId: change.id, changes },
      };
    },
  },
  { name: "ListResourceRecordSets", method: "GET", path: new RegExp(`^${ZONE}/rrset/?$`), run: listResourceRecordSets },
  {
    name: "GetChange",
    method: "GET",
    path: /^\/2013-04-01\/change\/([^/]+)\/?$/,
    run: ({ store, params }) => {
      const change = store.getChange(params[0] ?? "");
      return { content: { ChangeInfo: describeChange(change, change.status) } };
    },
  },
  {
    name: "ListTagsForResource",
    method: "GET",
    path: /^\/2013-04-01\/tags\/hostedzone\/([^/]+)\/?$/,
    run: ({ store, params }) => {
      const zone = store.getZone(params[0] ?? "");
      const tags = Object.entries(zone.tags).map(([Key, Value]) => ({ Key, Value }));
      return { content: { ResourceTagSet: { ResourceType: "hostedzone", ResourceId: zone.id, Tags: { Tag: tags } } } };
    },
  },
  {
    name: "ChangeTagsForResource",
    method: "POST",
    path: /^\/2013-04-01\/tags\/hostedzone\/([^/]+)\/?$/,
    run: changeTags,
  },
];
