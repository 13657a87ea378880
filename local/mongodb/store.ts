import { randomUUID } from "node:crypto";
import { BSON, type Document, Long, Timestamp, UUID } from "mongodb";
import { EXACT } from "./exact.ts";
import { splitNamespace } from "./namespaces.ts";

/** An error as the server words it to clients. */
export class CommandError extends Error {
  readonly code: number;
  readonly codeName: string;

  constructor(code: number, codeName: string, message: string) {
    super(message);
    this.code = code;
    this.codeName = codeName;
  }
}

export interface Index {
  key: Document;
  name: string;
  [option: string]: unknown;
}

export interface Collection {
  options: Document;
  uuid: UUID;
  indexes: Index[];
  /** By the bytes of `_id`, in the order they came; each document as it was sent. */
  documents: Map<string, Buffer>;
}

interface Insert {
  documents: readonly Buffer[];
  /** Stops at the first that is left out. */
  ordered: boolean;
  mayBe(document: Document): boolean;
}

const ID_INDEX: Index = { v: 2, key: { _id: 1 }, name: "_id_" };
const OPLOG = "oplog.rs";

export const readDocument = (bytes: Uint8Array): Document => BSON.deserialize(bytes, EXACT);

/** Everything there is, in memory: a server of tests has nothing to keep. */
export class Store {
  readonly #databases = new Map<string, Map<string, Collection>>();
  readonly #keepsOplog: boolean;
  #lastSecond = 0;
  #inSecond = 0;

  constructor({ keepsOplog }: { keepsOplog: boolean }) {
    this.#keepsOplog = keepsOplog;
    if (keepsOplog) {
      this.#make("local", OPLOG, {});
      this.#log("n", "", { msg: "initiating set" });
    }
  }

  databases = (): string[] => [...this.#databases.keys()].sort();
  collections = (database: string) => [...(this.#databases.get(database) ?? new Map<string, Collection>())];
  find = (database: string, name: string) => this.#databases.get(database)?.get(name);

  #make(database: string, name: string, options: Document): Collection {
    const collections = this.#databases.get(database) ?? new Map<string, Collection>();
    this.#databases.set(database, collections);
    const made = { options, uuid: new UUID(randomUUID()), indexes: [{ ...ID_INDEX }], documents: new Map() };
    collections.set(name, made);
    return made;
  }

  create(database: string, name: string, options: Document): Collection {
    if (this.find(database, name))
      throw new CommandError(48, "NamespaceExists", `Collection ${database}.${name} already exists.`);
    this.#log("c", `${database}.$cmd`, { create: name, ...options });
    return this.#make(database, name, options);
  }

  /** Documents whose `_id` is there already, or that may not be, are left out and told. */
  insert(database: string, name: string, { documents, ordered, mayBe }: Insert): Document[] {
    const { documents: kept } = this.find(database, name) ?? this.create(database, name, {});
    const errors: Document[] = [];
    for (const [index, bytes] of documents.entries()) {
      const document = readDocument(bytes);
      const id = keyOf(document._id);
      if (kept.has(id)) errors.push({ index, ...duplicate(`${database}.${name}`, document._id) });
      else if (!mayBe(document)) errors.push({ index, code: 121, errmsg: "Document failed validation" });
      else {
        kept.set(id, bytes);
        this.#log("i", `${database}.${name}`, document);
      }
      if (ordered && errors.length > 0) break;
    }
    return errors;
  }

  remove(database: string, name: string, matches: (document: Document) => boolean, limit: number): number {
    let removed = 0;
    const kept = this.find(database, name)?.documents ?? new Map<string, Buffer>();
    for (const [id, bytes] of [...kept]) {
      const document = readDocument(bytes);
      if (!matches(document)) continue;
      kept.delete(id);
      this.#log("d", `${database}.${name}`, { _id: document._id });
      removed += 1;
      if (removed === limit) break;
    }
    return removed;
  }

  /** Documents of every collection whose time is over by one of its indexes. */
  expire(now = Date.now()): void {
    for (const database of this.databases())
      for (const [name, { indexes }] of this.collections(database))
        for (const { key, expireAfterSeconds } of indexes) {
          const [field = ""] = Object.keys(key);
          if (expireAfterSeconds === undefined) continue;
          const isOver = (one: Document) =>
            one[field] instanceof Date && +one[field] + Number(expireAfterSeconds) * 1000 <= now;
          this.remove(database, name, isOver, 0);
        }
  }

  drop(database: string, name: string): void {
    if (!this.#databases.get(database)?.delete(name)) throw new CommandError(26, "NamespaceNotFound", "ns not found");
    this.#log("c", `${database}.$cmd`, { drop: name });
    if (this.#databases.get(database)?.size === 0) this.#databases.delete(database);
  }

  dropDatabase(database: string): void {
    for (const [name] of this.collections(database)) this.drop(database, name);
  }

  /** What was captured of a dump's oplog: an insert of what is there already puts the newer one in its place. */
  apply({ op, ns, o }: Document): void {
    const [database, name] = splitNamespace(String(ns));
    if (op === "i") {
      const { documents } = this.find(database, name) ?? this.create(database, name, {});
      documents.set(keyOf(o._id), Buffer.from(BSON.serialize(o)));
    } else if (op === "d") this.find(database, name)?.documents.delete(keyOf(o._id));
    else if (op === "c" && o.drop) this.#databases.get(database)?.delete(String(o.drop));
    else if (op === "c" && o.create && !this.find(database, String(o.create))) this.create(database, o.create, {});
  }

  #log(op: string, ns: string, o: Document): void {
    if (!this.#keepsOplog || ns.startsWith("local.")) return;
    const second = Math.max(Math.floor(Date.now() / 1000), this.#lastSecond);
    this.#inSecond = second === this.#lastSecond ? this.#inSecond + 1 : 1;
    this.#lastSecond = second;
    const ts = new Timestamp({ t: second, i: this.#inSecond });
    const entry = { op, ns, o, ts, t: Long.fromInt(1), v: Long.fromInt(2), wall: new Date() };
    this.find("local", OPLOG)?.documents.set(`${second}.${this.#inSecond}`, Buffer.from(BSON.serialize(entry)));
  }
}

const keyOf = (id: unknown): string => Buffer.from(BSON.serialize({ id })).toString("base64");

function duplicate(namespace: string, id: unknown): Document {
  const shown = BSON.EJSON.stringify(id, { relaxed: true });
  const errmsg = `E11000 duplicate key error collection: ${namespace} index: _id_ dup key: { _id: ${shown} }`;
  return { code: 11_000, errmsg, keyPattern: { _id: 1 }, keyValue: { _id: id } };
}
