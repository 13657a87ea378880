import { type Document, Long } from "mongodb";
import { compileFilter, notHere } from "./query.ts";
import type { Conversation } from "./scram.ts";
import { type Collection, CommandError, type Index, readDocument, type Store } from "./store.ts";
import type { Request } from "./wire.ts";

const VERSION = "7.0.0";
/** Its name resolves nowhere: whoever asks the set for its members instead of staying with the one it was given is found out. */
const MEMBER = "member.invalid:27017";

export interface Server {
  store: Store;
  replicaSet: string | null;
  cursors: Map<string, { namespace: string; left: Document[] }>;
  ttlMonitorEnabled: boolean;
}

export interface Session {
  conversation: Conversation | null;
  isSignedIn: boolean;
}

type Command = (request: Request & { database: string }, server: Server) => Document;

const FIRST_BATCH = 101;
const BATCH = 1_000;
let lastCursor = 0;

function answerCursor(namespace: string, documents: Document[], size: number, { cursors }: Server): Document {
  const left = documents.slice(size);
  const id = left.length > 0 ? Long.fromInt(++lastCursor) : Long.fromInt(0);
  if (left.length > 0) cursors.set(id.toString(), { namespace, left });
  return { cursor: { id, ns: namespace, firstBatch: documents.slice(0, size) } };
}

const hello: Command = (_request, { replicaSet }) => ({
  helloOk: true,
  ismaster: true,
  isWritablePrimary: true,
  ...(replicaSet
    ? { setName: replicaSet, setVersion: 1, hosts: [MEMBER], primary: MEMBER, me: MEMBER, secondary: false }
    : {}),
  ...{ maxBsonObjectSize: 16_777_216, maxMessageSizeBytes: 48_000_000, maxWriteBatchSize: 100_000 },
  ...{
    localTime: new Date(),
    logicalSessionTimeoutMinutes: 30,
    minWireVersion: 0,
    maxWireVersion: 21,
    readOnly: false,
  },
});

const listCollections: Command = ({ command, database }, server) => {
  const matches = compileFilter(command.filter);
  const described = server.store
    .collections(database)
    .map(([name, { options, uuid }]) => ({ name, type: "collection", options, info: { readOnly: false, uuid } }))
    .filter(matches);
  return answerCursor(`${database}.$cmd.listCollections`, described, described.length, server);
};

function findDocuments({ command, database }: Parameters<Command>[0], { store }: Server): Document[] {
  const matches = compileFilter(command.filter);
  const kept = [...(store.find(database, String(command.find))?.documents.values() ?? [])].map(readDocument);
  const found = kept.filter(matches);
  const [field, way] = Object.entries(command.sort ?? {})[0] ?? [];
  if (field !== undefined && field !== "$natural") throw notHere(`sort by ${field}`);
  return Number(way) < 0 ? found.reverse() : found;
}

const find: Command = (request, server) => {
  const { command, database } = request;
  const limit = Number(command.limit ?? 0);
  const found = findDocuments(request, server);
  const wanted = limit > 0 ? found.slice(0, limit) : found;
  return answerCursor(`${database}.${command.find}`, wanted, Number(command.batchSize ?? FIRST_BATCH), server);
};

const getMore: Command = ({ command }, { cursors }) => {
  const cursor = cursors.get(String(command.getMore));
  if (!cursor) throw new CommandError(43, "CursorNotFound", `cursor id ${command.getMore} not found`);
  const batch = cursor.left.splice(0, Number(command.batchSize ?? BATCH));
  const isDone = cursor.left.length === 0;
  if (isDone) cursors.delete(String(command.getMore));
  return { cursor: { id: isDone ? Long.fromInt(0) : command.getMore, ns: cursor.namespace, nextBatch: batch } };
};

/** `countDocuments` of every client, and nothing else. */
const aggregate: Command = (request, server) => {
  const [match, group, ...more] = request.command.pipeline as Document[];
  if (!match?.$match || !group?.$group?.n || more.length > 0) throw notHere("aggregation but a count");
  const counted = { ...request, command: { find: request.command.aggregate, filter: match.$match } };
  const n = findDocuments(counted, server).length;
  return answerCursor(`${request.database}.${request.command.aggregate}`, n > 0 ? [{ _id: 1, n }] : [], 1, server);
};

const findCollection = ({ store }: Server, database: string, name: unknown): Collection => {
  const found = store.find(database, String(name));
  if (!found) throw new CommandError(26, "NamespaceNotFound", `ns does not exist: ${database}.${name}`);
  return found;
};

const createIndexes: Command = ({ command, database }, { store }) => {
  const name = String(command.createIndexes);
  const { indexes } = store.find(database, name) ?? store.create(database, name, {});
  const before = indexes.length;
  for (const index of command.indexes as Index[])
    if (!indexes.some((one) => one.name === String(index.name))) indexes.push({ v: 2, ...index });
  return { numIndexesBefore: before, numIndexesAfter: indexes.length };
};

const deleteDocuments: Command = ({ command, database, sequences }, { store }) => {
  const deletes = (sequences.deletes?.map(readDocument) ?? command.deletes) as Document[];
  const removed = deletes.map(({ q, limit }) =>
    store.remove(database, String(command.delete), compileFilter(q), Number(limit)),
  );
  return { n: removed.reduce((sum, one) => sum + one, 0) };
};

const OPTIONS = ["capped", "size", "max", "validator", "validationLevel", "validationAction", "collation"];

/** What the clients, and what runs them here, ask for. */
export const COMMANDS: Record<string, Command> = {
  hello,
  isMaster: hello,
  ismaster: hello,
  ping: () => ({}),
  endSessions: () => ({}),
  buildInfo: () => ({ version: VERSION, versionArray: [7, 0, 0, 0], gitVersion: "stand-in", modules: [] }),
  listDatabases: (_request, { store }) => ({
    databases: store.databases().map((name) => ({ name, sizeOnDisk: Long.fromInt(4096), empty: false })),
    totalSize: Long.fromInt(4096),
  }),
  listCollections,
  listIndexes: ({ command, database }, server) => {
    const { indexes } = findCollection(server, database, command.listIndexes);
    return answerCursor(`${database}.${command.listIndexes}`, indexes, indexes.length, server);
  },
  create: ({ command, database }, { store }) => {
    const options = Object.fromEntries(OPTIONS.filter((key) => key in command).map((key) => [key, command[key]]));
    store.create(database, String(command.create), options);
    return {};
  },
  createIndexes,
  collMod: ({ command, database }, server) => {
    const { options } = findCollection(server, database, command.collMod);
    if (command.validator) options.validator = command.validator;
    return {};
  },
  insert: ({ command, database, sequences }, { store }) => {
    const documents = sequences.documents ?? [];
    const ordered = command.ordered !== false;
    const name = String(command.insert);
    const collection = store.find(database, name) ?? store.create(database, name, {});
    const { validator } = command.bypassDocumentValidation ? {} : collection.options;
    const mayBe = validator ? compileFilter(validator) : () => true;
    const writeErrors = store.insert(database, name, { documents, ordered, mayBe });
    const tried = ordered && writeErrors[0] ? Number(writeErrors[0].index) + 1 : documents.length;
    return { n: tried - writeErrors.length, ...(writeErrors.length > 0 ? { writeErrors } : {}) };
  },
  delete: deleteDocuments,
  find,
  getMore,
  killCursors: ({ command }, { cursors }) => {
    for (const id of command.cursors as Long[]) cursors.delete(id.toString());
    return { cursorsKilled: command.cursors };
  },
  aggregate,
  setParameter: ({ command }, server) => {
    if (!("ttlMonitorEnabled" in command)) throw notHere("setParameter but ttlMonitorEnabled");
    const was = server.ttlMonitorEnabled;
    server.ttlMonitorEnabled = command.ttlMonitorEnabled !== false;
    return { was };
  },
  drop: ({ command, database }, { store }) => {
    store.drop(database, String(command.drop));
    return { ns: `${database}.${command.drop}` };
  },
  dropDatabase: ({ database }, { store }) => {
    store.dropDatabase(database);
    return { dropped: database };
  },
  /** Of an oplog that is replayed. */
  applyOps: ({ command }, { store }) => {
    for (const entry of command.applyOps as Document[]) store.apply(entry);
    return { applied: (command.applyOps as Document[]).length };
  },
};

/** What may be asked before anybody signed in. */
export const OPEN_COMMANDS = new Set(["hello", "isMaster", "ismaster", "ping", "buildInfo", "endSessions"]);
