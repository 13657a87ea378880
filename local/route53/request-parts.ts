import { ACTIONS, type Action, type Change } from "./change-batch.ts";
import { invalidInput } from "./errors.ts";
import { canonicalName, InvalidNameError } from "./names.ts";
import type { RecordSet } from "./record-sets.ts";
import { isRecordType } from "./record-values.ts";
import { child, childNames, children, childText, type XmlNode } from "./xml.ts";

const SUPPORTED = ["Name", "Type", "TTL", "ResourceRecords", "SetIdentifier", "Weight", "AliasTarget"];
const MAX_TTL = 2_147_483_647;

export function readName(name: string): string {
  try {
    return canonicalName(name);
  } catch (error) {
    if (error instanceof InvalidNameError) throw invalidInput(error.message);
    throw error;
  }
}

function readInteger(node: XmlNode, name: string, max: number): number | undefined {
  const text = childText(node, name);
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text) || Number(text) > max)
    throw invalidInput(`Invalid XML ; cvc-datatype-valid.1.2.1: '${text}' is not a valid value for '${name}'.`);
  return Number(text);
}

function readChange(node: XmlNode): Change {
  const action = childText(node, "Action") ?? "";
  const set = child(node, "ResourceRecordSet");
  if (!(ACTIONS as readonly string[]).includes(action) || set === undefined)
    throw invalidInput(`Invalid XML ; '${action}' is not a valid Action with a ResourceRecordSet.`);
  const given = childText(set, "Name");
  const type = childText(set, "Type") ?? "";
  if (!given || !isRecordType(type))
    throw invalidInput(`Invalid XML ; Value '${type}' of Type is not facet-valid with respect to enumeration.`);
  const unsupported = childNames(set).find((name) => !SUPPORTED.includes(name));
  if (unsupported) throw invalidInput(`${unsupported} is not supported by this stand-in for Route 53.`);

  const ttl = readInteger(set, "TTL", MAX_TTL);
  const weight = readInteger(set, "Weight", 255);
  const setIdentifier = childText(set, "SetIdentifier");
  const values = children(child(set, "ResourceRecords"), "ResourceRecord").map((one) => childText(one, "Value") ?? "");
  const alias = child(set, "AliasTarget");
  const where = `in Change with [Action=${action}, Name=${given}, Type=${type}, SetIdentifier=${setIdentifier ?? "null"}]`;
  const plain = ttl !== undefined && values.length > 0;
  if (alias ? ttl !== undefined || values.length > 0 : !plain)
    throw invalidInput(
      `Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found ${alias ? "more than one" : "none"} ${where}`,
    );
  if ((weight === undefined) !== (setIdentifier === undefined))
    throw invalidInput(
      `Invalid request: Missing field '${weight === undefined ? "Weight" : "SetIdentifier"}' ${where}`,
    );

  const recordSet: RecordSet = { name: readName(given), type, values };
  if (ttl !== undefined) recordSet.ttl = ttl;
  if (weight !== undefined) recordSet.weight = weight;
  if (setIdentifier !== undefined) recordSet.setIdentifier = setIdentifier;
  if (alias)
    recordSet.aliasTarget = {
      hostedZoneId: childText(alias, "HostedZoneId") ?? "",
      dnsName: readName(childText(alias, "DNSName") ?? ""),
      evaluateTargetHealth: childText(alias, "EvaluateTargetHealth") === "true",
    };
  return { action: action as Action, recordSet };
}

export function readChangeBatch(request: XmlNode): { changes: Change[]; comment: string | undefined } {
  const batch = child(request, "ChangeBatch");
  if (batch === undefined) throw invalidInput("Invalid XML ; ChangeBatch is missing.");
  const changes = children(child(batch, "Changes"), "Change").map(readChange);
  return { changes, comment: childText(batch, "Comment") };
}

/** `maxitems` as given, at most the service's own page; anything but a positive number is refused. */
export function readMaxItems(query: URLSearchParams, most: number): number {
  const text = query.get("maxitems");
  if (text === null) return most;
  if (!/^\d+$/.test(text) || Number(text) < 1) throw invalidInput("MaxItems must be a positive integer.");
  return Math.min(Number(text), most);
}
