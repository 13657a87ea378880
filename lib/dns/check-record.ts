import { encodeTxt } from "#lib/integrations/route53/names.ts";
import { type RecordType, SET_CHARACTERS_MAX, TTL_MAX, TTL_MIN, VALUES_MAX } from "./constants.ts";
import { checkHostname } from "./names.ts";
import { CHALLENGE_LABEL } from "./namespaces.ts";
import { checkValue } from "./record-values.ts";
import type { RecordFindings } from "./types.ts";

/** A record set in the panel's own spelling. */
export interface CheckedRecord {
  name: string;
  type: RecordType;
  ttl: number;
  values: string[];
}

export interface RecordCheck extends RecordFindings {
  /** Null while something is wrong with it. */
  record: CheckedRecord | null;
}

interface Given {
  name: string;
  type: RecordType;
  ttl: number;
  values: readonly string[];
}

interface Rules {
  /** What stands in Route 53 already may have any TTL that DNS has. */
  anyTtl?: boolean;
  /** The panel's own challenges. */
  challenges?: boolean;
}

const TTL_OF_DNS_MAX = 2_147_483_647;

/** Characters of a value as Route 53 counts them. */
const charactersOf = (type: RecordType, value: string) => (type === "TXT" ? encodeTxt(value).length : value.length + 1);

function checkTtl(ttl: number, { anyTtl = false }: Rules): string | undefined {
  const [min, max] = anyTtl ? [0, TTL_OF_DNS_MAX] : [TTL_MIN, TTL_MAX];
  if (Number.isInteger(ttl) && ttl >= min && ttl <= max) return undefined;
  return `Give a whole number of seconds from ${min} to ${max}.`;
}

function checkValues({ type, values }: Given, { fields, warnings }: RecordFindings): string[] {
  const checked: string[] = [];
  if (values.length === 0) fields.values = "Give at least one value.";
  if (values.length > VALUES_MAX) fields.values = `A record has at most ${VALUES_MAX} values.`;
  for (const [index, given] of values.slice(0, VALUES_MAX).entries()) {
    const field = `values.${index}`;
    const check = checkValue(type, given);
    if (!check.ok) fields[field] = check.problem;
    else if (checked.includes(check.value)) fields[field] = "This value is there already.";
    else {
      checked.push(check.value);
      if (check.warning) warnings.push({ field: "values", message: check.warning });
    }
  }
  if (type === "CNAME" && values.length > 1) fields["values.1"] = "A CNAME has one target.";
  const none = checked.findIndex((value) => (type === "MX" || type === "SRV") && value.endsWith(" ."));
  if (none >= 0 && checked.length > 1)
    fields.values ??= "A single dot says that there is none: nothing can stand beside it.";
  const total = checked.reduce((sum, value) => sum + charactersOf(type, value), 0);
  if (total > SET_CHARACTERS_MAX)
    fields.values ??= `All values together need ${total} characters, and ${SET_CHARACTERS_MAX} fit into one change of Route 53.`;
  return checked;
}

function checkName({ name: given, type, values }: Given, rules: Rules, { fields, warnings }: RecordFindings) {
  const check = checkHostname(given, { wildcard: true, underscore: true, warnLookAlikes: true });
  if (!check.ok) {
    fields.name = check.problem;
    return null;
  }
  const { name, warning } = check;
  if (warning) warnings.push({ field: "name", message: warning });
  if (!rules.challenges && name.split(".").includes(CHALLENGE_LABEL))
    fields.name = `Names with ${CHALLENGE_LABEL} belong to the panel: certificates are proven there, and whoever writes them could have one issued.`;
  else if (type === "NS" && name.startsWith("*.")) fields.name = "A wildcard cannot have name servers of its own.";
  else if (type === "CNAME" && values.some((value) => value.trim().toLowerCase().replace(/\.$/, "") === name))
    fields["values.0"] ??= "A CNAME that points at itself leads nowhere.";
  if (type === "SRV" && !/^_[^.]+\._[^.]+\./.test(name.replace(/^\*\./, "_any._any.")))
    warnings.push({ field: "name", message: "Names of services usually look like _sip._tcp.example.org." });
  return name;
}

/**
 * The one judgement of a record for itself, before anybody looks what else is there: what comes out of it the database holds
 * and Route 53 accepts, in the one canonical spelling. Values keep the order they were given in.
 */
export function checkRecord(given: Given, rules: Rules = {}): RecordCheck {
  const findings: RecordFindings = { name: null, fields: {}, warnings: [] };
  findings.name = checkName(given, rules, findings);
  const values = checkValues(given, findings);
  const ttlProblem = checkTtl(given.ttl, rules);
  if (ttlProblem) findings.fields.ttl = ttlProblem;
  const isRight = findings.name !== null && Object.keys(findings.fields).length === 0;
  const { type, ttl } = given;
  return { ...findings, record: isRight && findings.name !== null ? { name: findings.name, type, ttl, values } : null };
}
