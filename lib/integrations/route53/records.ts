import {
  type Change,
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  type RRType,
} from "@aws-sdk/client-route-53";
import { AppError } from "#lib/platform/errors.ts";
import { type RequestOptions, sendRequest } from "./client.ts";
import { REFUSED, toRoute53Error, UNANSWERED } from "./errors.ts";
import { fromProviderName, fromProviderValue, toProviderName, toProviderValue } from "./names.ts";

/** What stands at a name: TXT as plain text, names without the dot at the end. */
export interface RecordContent {
  ttl: number;
  values: string[];
}

export interface RecordSet {
  name: string;
  type: string;
  /** Null for an alias. */
  ttl: number | null;
  values: string[];
  alias: string | null;
  setIdentifier: string | null;
  /** As Route 53 gave it: what a deletion must repeat to the letter. */
  raw: ResourceRecordSet;
}

/** One change of a batch, with values as we write them, or a set as Route 53 gave it. */
export interface RecordChange {
  action: "CREATE" | "UPSERT" | "DELETE";
  set: { name: string; type: string; ttl: number; values: string[] } | { raw: ResourceRecordSet };
}

function readRecordSet(raw: ResourceRecordSet): RecordSet {
  const type = raw.Type ?? "";
  return {
    name: fromProviderName(raw.Name ?? ""),
    type,
    ttl: raw.TTL ?? null,
    values: (raw.ResourceRecords ?? []).map(({ Value }) => fromProviderValue(type, Value ?? "")),
    alias: raw.AliasTarget?.DNSName ? fromProviderName(raw.AliasTarget.DNSName) : null,
    setIdentifier: raw.SetIdentifier ?? null,
    raw,
  };
}

async function listPage(
  zoneId: string,
  from: { name?: string | undefined; type?: string | undefined; identifier?: string | undefined },
  limit: number,
  { signal, onRequest }: RequestOptions,
) {
  return sendRequest(
    (client, sending) =>
      client.send(
        new ListResourceRecordSetsCommand({
          HostedZoneId: zoneId,
          MaxItems: limit,
          ...(from.name ? { StartRecordName: from.name } : {}),
          ...(from.type ? { StartRecordType: from.type as RRType } : {}),
          ...(from.identifier ? { StartRecordIdentifier: from.identifier } : {}),
        }),
        sending,
      ),
    { signal, onRequest, readOnly: true },
  );
}

/** Every record set of a zone, page by page, in Route 53's order. Pending changes are included. */
export async function* listRecords(zoneId: string, options: RequestOptions = {}): AsyncGenerator<RecordSet[]> {
  let from: Parameters<typeof listPage>[1] = {};
  for (;;) {
    const page = await listPage(zoneId, from, 300, options);
    yield (page.ResourceRecordSets ?? []).map(readRecordSet);
    if (!page.IsTruncated) return;
    from = { name: page.NextRecordName, type: page.NextRecordType, identifier: page.NextRecordIdentifier };
  }
}

/** The record sets of every type at one name. */
export async function findRecordsAt(zoneId: string, name: string, options: RequestOptions = {}): Promise<RecordSet[]> {
  const own = fromProviderName(toProviderName(name));
  const found: RecordSet[] = [];
  let from: Parameters<typeof listPage>[1] = { name: toProviderName(name) };
  for (;;) {
    const page = await listPage(zoneId, from, 100, options);
    const sets = (page.ResourceRecordSets ?? []).map(readRecordSet);
    found.push(...sets.filter((set) => set.name === own));
    if (!page.IsTruncated || sets.at(-1)?.name !== own) return found;
    from = { name: page.NextRecordName, type: page.NextRecordType, identifier: page.NextRecordIdentifier };
  }
}

/** The one record set of a name and type, or undefined. Of several (weighted, by place) it gives the first. */
export async function findRecord(
  zoneId: string,
  name: string,
  type: string,
  options: RequestOptions = {},
): Promise<RecordSet | undefined> {
  return (await findRecordsAt(zoneId, name, options)).find((set) => set.type === type);
}

const toChange = ({ action, set }: RecordChange): Change => ({
  Action: action,
  ResourceRecordSet:
    "raw" in set
      ? set.raw
      : {
          Name: toProviderName(set.name),
          Type: set.type as RRType,
          TTL: set.ttl,
          ResourceRecords: set.values.map((value) => ({ Value: toProviderValue(set.type, value) })),
        },
});

/** Sends a batch: all of it is done, or nothing. Returns the id to ask getChange about. */
export async function changeRecords(
  zoneId: string,
  changes: RecordChange[],
  { signal, onRequest, comment }: RequestOptions & { comment?: string } = {},
): Promise<{ changeId: string }> {
  const answer = await sendRequest(
    (client, sending) =>
      client.send(
        new ChangeResourceRecordSetsCommand({
          HostedZoneId: zoneId,
          ChangeBatch: { Changes: changes.map(toChange), ...(comment ? { Comment: comment.slice(0, 256) } : {}) },
        }),
        sending,
      ),
    { signal, onRequest, readOnly: false },
  );
  return { changeId: (answer.ChangeInfo?.Id ?? "").replace(/^\/change\//, "") };
}

const sorted = (values: readonly string[]) => [...values].sort().join("\n");

/** Equal whatever the order of the values. */
export const isSameContent = (a: RecordContent, b: RecordContent) =>
  a.ttl === b.ttl && sorted(a.values) === sorted(b.values);

export const isPlain = (set: RecordSet): set is RecordSet & { ttl: number } =>
  set.ttl !== null && set.alias === null && set.setIdentifier === null;

export interface ReplaceRecord extends RequestOptions {
  zoneId: string;
  name: string;
  type: string;
  /** What was read there a moment ago. */
  before: RecordSet | undefined;
  /** What shall stand there; undefined: nothing. */
  after: RecordContent | undefined;
  comment?: string;
}

/** Somebody changed the record between the look and the change. */
export const CHANGED_MEANWHILE = "dns.changed_meanwhile";

/**
 * Compare and set: replaces exactly what was read, or fails with `dns.changed_meanwhile` and changes nothing. Built on
 * Route 53's own rules: a DELETE must repeat the set to the letter, a CREATE must find nothing, a batch is one
 * transaction. After a change without an answer it looks whether it was done; the change's id is then unknown (null).
 */
export async function replaceRecord(request: ReplaceRecord): Promise<{ changeId: string | null }> {
  const { zoneId, name, type, before, after, signal, comment } = request;
  const changes: RecordChange[] = [];
  if (before) changes.push({ action: "DELETE", set: { raw: before.raw } });
  if (after) changes.push({ action: "CREATE", set: { name, type, ...after } });
  if (changes.length === 0) return { changeId: null };
  try {
    return await changeRecords(zoneId, changes, { signal, ...(comment ? { comment } : {}) });
  } catch (error) {
    signal?.throwIfAborted();
    const mapped = toRoute53Error(error);
    const isStale =
      mapped.code === REFUSED && /already exists|not found|do not match|was not found/i.test(mapped.detail ?? "");
    if (mapped.code !== UNANSWERED && !isStale) throw mapped;
    const now = await findRecord(zoneId, name, type, { signal });
    if (after ? now && isPlain(now) && isSameContent(now, after) : !now) return { changeId: null };
    if (!isStale) throw mapped;
    throw new AppError({
      code: CHANGED_MEANWHILE,
      message: `Somebody else changed the ${type} record of ${name} just now.`,
      ...(mapped.detail ? { detail: mapped.detail } : {}),
      retry: "retry",
      retryAfterMs: 500,
    });
  }
}
