import { type CheckedRecord, checkRecord } from "../check-record.ts";
import { RECORD_TYPES, type RecordType, TTL_DEFAULT } from "../constants.ts";
import { isInZone } from "../names.ts";
import { CHALLENGE_LABEL } from "../namespaces.ts";
import type { ImportLine } from "../types.ts";
import type { FileRecord, ZoneFile } from "./parse-zone-file.ts";

/** What the zone has already: rows of the panel that are not removed, and sets of others. */
export interface Present {
  own: readonly { name: string; type: string; ttl: number; values: readonly string[] }[];
  foreign: readonly {
    id: string;
    name: string;
    type: string;
    ttl: number | null;
    values: readonly string[];
    alias: string | null;
    setIdentifier: string;
  }[];
}

/** A set that is to be written. */
interface ImportSet {
  record: CheckedRecord;
  /** It stands in Route 53 just so. */
  foreignId: string | null;
}

export interface JudgedImport {
  lines: ImportLine[];
  sets: ImportSet[];
}

type Verdict = Pick<ImportLine, "outcome" | "reason">;

const keyOf = ({ name, type }: { name: string; type: string }) => `${name} ${type}`;
const sorted = (values: readonly string[]) => [...values].sort().join("\n");
const isKept = (type: string): type is RecordType => (RECORD_TYPES as readonly string[]).includes(type);
const refuse = (reason: string): Verdict => ({ outcome: "refused", reason });
const skip = (reason: string): Verdict => ({ outcome: "skip", reason });

/** Values as the panel spells them, whatever spelling they came in. */
function respell(type: RecordType, values: readonly string[]): string[] {
  const { record } = checkRecord({ name: "any.example.org", type, ttl: TTL_DEFAULT, values: [...new Set(values)] });
  return record?.values ?? [...values];
}

/** Looks at all sets of a file beside all of a zone, with nothing asked of anybody in between. */
class Judge {
  private readonly own: Map<string, Present["own"][number]>;
  private readonly foreign: Map<string, Present["foreign"][number]>;
  /** Types by name, of what is there and what the file adds. */
  private readonly types = new Map<string, Set<string>>();

  private readonly zone: string;

  constructor(zone: string, present: Present) {
    this.zone = zone;
    this.own = new Map(present.own.map((row) => [keyOf(row), row]));
    this.foreign = new Map(present.foreign.map((set) => [keyOf(set), set]));
    for (const set of [...present.own, ...present.foreign]) this.note(set);
  }

  private note({ name, type }: { name: string; type: string }): void {
    this.types.set(name, (this.types.get(name) ?? new Set()).add(type));
  }

  judge(records: FileRecord[]): { line: ImportLine; set: ImportSet | null } {
    const first = records[0] as FileRecord;
    const { name, type, line } = first;
    const ttl = Math.min(...records.map((record) => record.ttl ?? TTL_DEFAULT));
    const values = records.map(({ value }) => value);
    const base = { line, name, type, ttl, values };
    const early = this.refuseEarly(name, type);
    if (early) return { line: { ...base, ...early }, set: null };
    const check = checkRecord({ name, type: type as RecordType, ttl, values: [...new Set(values)] }, { anyTtl: true });
    if (!check.record) return { line: { ...base, ...refuse(Object.values(check.fields)[0] ?? "") }, set: null };
    const { verdict, set } = this.compare(check.record);
    if (set) this.note(check.record);
    return { line: { ...base, values: check.record.values, ...verdict }, set };
  }

  private refuseEarly(name: string, type: string): Verdict | undefined {
    if (!isInZone(name, this.zone)) return refuse(`${name} is not in the zone ${this.zone}.`);
    if (type === "SOA" || (type === "NS" && name === this.zone))
      return skip(`The zone's own ${type} record is Route 53's.`);
    if (name.split(".").includes(CHALLENGE_LABEL))
      return skip("Challenges of certificates are the panel's: it writes them when they are needed.");
    return isKept(type) ? undefined : refuse(`The panel keeps no records of type ${type}.`);
  }

  private compare(record: CheckedRecord): { verdict: Verdict; set: ImportSet | null } {
    const { name, type, ttl, values } = record;
    const own = this.own.get(keyOf(record));
    if (own) {
      const isSame = own.ttl === ttl && sorted(own.values) === sorted(values);
      if (isSame) return { verdict: { outcome: "same", reason: "The panel has it." }, set: null };
      return {
        verdict: refuse(`The panel has it with ${own.values.join(", ")} (TTL ${own.ttl}). Change that record instead.`),
        set: null,
      };
    }
    const conflict = this.findConflict(name, type);
    if (conflict) return { verdict: refuse(conflict), set: null };
    const foreign = this.foreign.get(keyOf(record));
    if (!foreign) return { verdict: { outcome: "create", reason: null }, set: { record, foreignId: null } };
    const isPlain = foreign.alias === null && foreign.setIdentifier === "" && foreign.ttl !== null;
    if (isPlain && foreign.ttl === ttl && sorted(respell(type, foreign.values)) === sorted(values))
      return {
        verdict: { outcome: "adopt", reason: "Stands in Route 53 just so and is taken over." },
        // In the spelling that stands there, so that nothing changes.
        set: { record: { ...record, values: [...foreign.values] }, foreignId: foreign.id },
      };
    const there = foreign.alias ? `an alias of ${foreign.alias}` : `${foreign.values.join(", ")} (TTL ${foreign.ttl})`;
    return {
      verdict: refuse(`Route 53 has ${there} there, which the panel did not make and does not overwrite.`),
      set: null,
    };
  }

  private findConflict(name: string, type: string): string | undefined {
    const beside = [...(this.types.get(name) ?? [])].filter((other) => other !== type);
    if (type === "CNAME" && name === this.zone) return "The zone itself cannot be a CNAME.";
    if (type === "CNAME" && beside.length > 0)
      return `There is a record of type ${beside[0]} at this name, and a CNAME stands alone.`;
    if (beside.includes("CNAME")) return "There is a CNAME at this name, beside which nothing can stand.";
    const labels = name.slice(0, -this.zone.length - 1).split(".");
    const cut = labels
      .map((_, index) => `${labels.slice(index).join(".")}.${this.zone}`)
      .find((above) => above !== name && this.types.get(above)?.has("NS"));
    // Addresses of the name servers themselves may stand below the cut.
    return cut && type !== "A" && type !== "AAAA"
      ? `${cut} is delegated to other name servers, which answer for everything below it.`
      : undefined;
  }
}

/** What importing a file would do, set by set in the order of the file. */
export function judgeImport(zone: string, file: ZoneFile, present: Present): JudgedImport {
  const judge = new Judge(zone, present);
  const judged = [...Map.groupBy(file.records, keyOf).values()].map((records) => judge.judge(records));
  const problems = file.problems.map(
    ({ line, reason }): ImportLine => ({
      line,
      name: null,
      type: null,
      ttl: null,
      values: [],
      outcome: "refused",
      reason,
    }),
  );
  return {
    lines: [...judged.map(({ line }) => line), ...problems].sort((a, b) => a.line - b.line),
    sets: judged.flatMap(({ set }) => (set ? [set] : [])),
  };
}
