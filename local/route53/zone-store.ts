import { randomInt } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { applyChangeBatch, type Change } from "./change-batch.ts";
import { noSuchChange, noSuchHostedZone, ServiceError } from "./errors.ts";
import { compareNames } from "./names.ts";
import { type RecordSet, type RecordSets, recordSetKey } from "./record-sets.ts";

export interface Zone {
  id: string;
  name: string;
  callerReference: string;
  comment: string;
  tags: Record<string, string>;
  /** What the API lists: accepted changes, published or not. */
  recordSets: RecordSets;
  /** What DNS answers: only changes that are INSYNC. */
  published: RecordSets;
}

export interface ChangeInfo {
  id: string;
  submittedAt: number;
  /** PENDING before this moment, INSYNC from it on; DNS answers change at the same moment. */
  publishAt: number;
  comment?: string;
}

interface PendingPublication {
  zone: Zone;
  recordSets: RecordSets;
  publishAt: number;
}

interface StoredState {
  zones: Array<Omit<Zone, "recordSets" | "published"> & { recordSets: RecordSet[] }>;
  changes: ChangeInfo[];
}

export interface NewZone {
  name: string;
  callerReference: string;
  comment?: string;
  id?: string;
}

const ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const MAX_CHANGES_KEPT = 2000;

export const NAME_SERVERS = ["ns-1.awsdns.test.", "ns-2.awsdns.test.", "ns-3.awsdns.test.", "ns-4.awsdns.test."];

const makeId = (prefix: string, length: number) =>
  prefix + Array.from({ length }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join("");

function apexRecordSets(name: string): RecordSets {
  const sets: RecordSet[] = [
    { name, type: "NS", ttl: 172_800, values: [...NAME_SERVERS] },
    {
      name,
      type: "SOA",
      ttl: 900,
      values: [`${NAME_SERVERS[0]} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`],
    },
  ];
  return new Map(sets.map((set) => [recordSetKey(set), set]));
}

/** Hosted zones, their record sets and the changes made to them, kept in one JSON file when given one. */
export class ZoneStore {
  readonly #zones = new Map<string, Zone>();
  readonly #changes = new Map<string, ChangeInfo>();
  #pending: PendingPublication[] = [];
  readonly #file: string | undefined;
  readonly #now: () => number;

  constructor(options: { file?: string; now?: () => number } = {}) {
    this.#file = options.file;
    this.#now = options.now ?? Date.now;
    this.#load();
  }

  listZones(): Zone[] {
    return [...this.#zones.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  listZonesByName(): Zone[] {
    return this.listZones().sort((a, b) => compareNames(a.name, b.name));
  }

  getZone(id: string): Zone {
    const zone = this.#zones.get(id);
    if (!zone) throw noSuchHostedZone(id);
    return zone;
  }

  createZone({ name, callerReference, comment = "", id = makeId("Z", 20) }: NewZone, insyncMs: number) {
    if (this.listZones().some((zone) => zone.callerReference === callerReference))
      throw new ServiceError(
        "HostedZoneAlreadyExists",
        "A hosted zone has already been created with the specified caller reference.",
      );
    const recordSets = apexRecordSets(name);
    const zone: Zone = { id, name, callerReference, comment, tags: {}, recordSets, published: recordSets };
    this.#zones.set(id, zone);
    return { zone, change: this.#recordChange(insyncMs) };
  }

  deleteZone(id: string, insyncMs: number): ChangeInfo {
    const zone = this.getZone(id);
    if (zone.recordSets.size > 2)
      throw new ServiceError(
        "HostedZoneNotEmpty",
        "The specified hosted zone contains non-required resource record sets and so cannot be deleted.",
      );
    this.#zones.delete(id);
    this.#pending = this.#pending.filter((pending) => pending.zone !== zone);
    return this.#recordChange(insyncMs);
  }

  changeRecordSets(zoneId: string, changes: Change[], insyncMs: number, comment?: string): ChangeInfo {
    const zone = this.getZone(zoneId);
    zone.recordSets = applyChangeBatch(zone.name, zone.recordSets, changes);
    // Changes are published in the order they were accepted: a slow one holds back those behind it in its zone.
    const heldUntil = Math.max(0, ...this.#pending.filter((one) => one.zone === zone).map((one) => one.publishAt));
    const change = this.#recordChange(Math.max(insyncMs, heldUntil - this.#now()), comment);
    this.#pending.push({ zone, recordSets: zone.recordSets, publishAt: change.publishAt });
    return change;
  }

  getChange(id: string): ChangeInfo & { status: "PENDING" | "INSYNC" } {
    const change = this.#changes.get(id);
    if (!change) throw noSuchChange(id);
    return { ...change, status: change.publishAt > this.#now() ? "PENDING" : "INSYNC" };
  }

  /** The zone DNS should answer a name from, with every change due by now published in it. */
  findPublishedZone(isWithin: (zone: string) => boolean): Zone | undefined {
    this.#publishDue();
    let best: Zone | undefined;
    for (const zone of this.#zones.values())
      if (isWithin(zone.name) && (!best || zone.name.length > best.name.length)) best = zone;
    return best;
  }

  /** Forgets everything; the caller creates its first zone again. */
  clear(): void {
    this.#zones.clear();
    this.#changes.clear();
    this.#pending = [];
    this.save();
  }

  save(): void {
    if (!this.#file) return;
    const state: StoredState = {
      zones: this.listZones().map(({ published: _, ...zone }) => ({
        ...zone,
        recordSets: [...zone.recordSets.values()],
      })),
      changes: [...this.#changes.values()],
    };
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(`${this.#file}.new`, JSON.stringify(state));
    renameSync(`${this.#file}.new`, this.#file);
  }

  #recordChange(insyncMs: number, comment?: string): ChangeInfo {
    const submittedAt = this.#now();
    const change: ChangeInfo = { id: makeId("C", 20), submittedAt, publishAt: submittedAt + insyncMs };
    if (comment !== undefined) change.comment = comment;
    this.#changes.set(change.id, change);
    const oldest = this.#changes.keys().next();
    if (this.#changes.size > MAX_CHANGES_KEPT && !oldest.done) this.#changes.delete(oldest.value);
    this.save();
    return change;
  }

  #publishDue(): void {
    const now = this.#now();
    const due = this.#pending.filter(({ publishAt }) => publishAt <= now);
    for (const { zone, recordSets } of due) zone.published = recordSets;
    if (due.length > 0) this.#pending = this.#pending.filter(({ publishAt }) => publishAt > now);
  }

  #load(): void {
    if (!this.#file) return;
    let text: string;
    try {
      text = readFileSync(this.#file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
      throw error;
    }
    const state = JSON.parse(text) as StoredState;
    for (const stored of state.zones) {
      const recordSets = new Map(stored.recordSets.map((set) => [recordSetKey(set), set]));
      this.#zones.set(stored.id, { ...stored, recordSets, published: recordSets });
    }
    for (const change of state.changes) this.#changes.set(change.id, change);
  }
}
