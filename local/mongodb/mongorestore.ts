import { BSON, type Document, MongoBulkWriteError, type MongoClient } from "mongodb";
import { ArchiveReader, type CollectionHead } from "./archive.ts";
import { Crc64 } from "./crc64.ts";
import { EXACT } from "./exact.ts";
import { createMatcher, createRenamer, splitNamespace } from "./namespaces.ts";
import { connect, Log, readOptions, wordError } from "./program.ts";

const BATCH = 1_000;

const log = new Log();
const list = { type: "string", multiple: true } as const;
const flag = { type: "boolean" } as const;

interface Plan {
  /** Where a collection of the archive goes; null: nowhere. */
  place(namespace: string): string | null;
  stopOnError: boolean;
  bypassDocumentValidation: boolean;
  oplogReplay: boolean;
}

interface Tally {
  good: number;
  bad: number;
}

async function main(): Promise<void> {
  const options = readOptions({
    archive: { type: "string" },
    ...{ nsInclude: list, nsExclude: list, nsFrom: list, nsTo: list },
    ...{ stopOnError: flag, oplogReplay: flag, bypassDocumentValidation: flag },
  });
  log.isQuiet = options.quiet ?? false;
  const { nsInclude = [], nsExclude = [], nsFrom = [], nsTo = [], oplogReplay = false } = options;
  if (options.archive !== "-") throw new Error("this stand-in reads --archive from standard input alone");
  if (oplogReplay && nsInclude.length > 0) throw new Error("cannot use --oplogReplay with includes specified");
  if (oplogReplay && nsExclude.length > 0) throw new Error("cannot use --oplogReplay with excludes specified");
  if (oplogReplay && nsFrom.length > 0) throw new Error("cannot use --oplogReplay with namespace renames specified");
  const isIncluded = createMatcher(nsInclude.length > 0 ? nsInclude : ["*"]);
  const isExcluded = createMatcher(nsExclude);
  const rename = createRenamer(nsFrom, nsTo);
  const place = (namespace: string) => (isIncluded(namespace) && !isExcluded(namespace) ? rename(namespace) : null);
  const client = await connect(options, log).catch((error: Error) => {
    throw new Error(`error connecting to host: ${error.message}`);
  });
  const tally = { good: 0, bad: 0 };
  try {
    const { stopOnError = false, bypassDocumentValidation = false } = options;
    await restore(client, { place, stopOnError, bypassDocumentValidation, oplogReplay }, tally);
  } finally {
    log.say(`${tally.good} document(s) restored successfully. ${tally.bad} document(s) failed to restore.`);
    await client.close();
  }
}

const nameOf = ({ db, collection }: Pick<CollectionHead, "db" | "collection">) => `${db}.${collection}`;
const OPLOG = ".oplog";
/** Accounts are no documents to be put in; here nobody signs in to what is restored. */
const SPECIAL = /^admin\.system\.(users|roles|version)$/;

async function restore(client: MongoClient, plan: Plan, tally: Tally): Promise<void> {
  log.say("preparing collections to restore from");
  const reader = new ArchiveReader(process.stdin);
  const { collections } = await reader.readPrelude();
  if (plan.oplogReplay && !collections.some((one) => nameOf(one) === OPLOG))
    throw new Error("no oplog file to replay; make sure you run mongodump with --oplog");
  const places = new Map<string, string | null>();
  for (const one of collections) places.set(nameOf(one), SPECIAL.test(nameOf(one)) ? null : plan.place(nameOf(one)));
  for (const one of collections) await create(client, one, places.get(nameOf(one)) ?? null);
  const replay = await pour(client, reader, { places, plan, tally });
  if (plan.oplogReplay) {
    log.say("replaying oplog");
    await client.db("admin").command({ applyOps: replay });
    log.say(`applied ${replay.length} oplog entries`);
  }
  for (const one of collections) await index(client, one, places.get(nameOf(one)) ?? null);
}

async function create(client: MongoClient, { metadata }: CollectionHead, to: string | null): Promise<void> {
  if (to === null || metadata === "") return;
  const [db, name] = splitNamespace(to);
  const exists = await client.db(db).listCollections({ name }).hasNext();
  if (exists) return;
  const { options } = BSON.EJSON.parse(metadata, { relaxed: false }) as { options: Document };
  await client.db(db).createCollection(name, options);
}

async function index(client: MongoClient, { metadata }: CollectionHead, to: string | null): Promise<void> {
  if (to === null || metadata === "") return;
  const [db, name] = splitNamespace(to);
  const indexes = (BSON.EJSON.parse(metadata, { relaxed: false }) as { indexes: Document[] }).indexes.filter(
    (one) => one.name !== "_id_",
  );
  if (indexes.length === 0) return;
  log.say(`restoring indexes for collection \`${to}\` from metadata`);
  await client.db(db).command({ createIndexes: name, indexes });
}

/** Puts every document where it belongs, whatever the order of the pieces, and gives back the oplog. */
async function pour(
  client: MongoClient,
  reader: ArchiveReader,
  { places, plan, tally }: { places: Map<string, string | null>; plan: Plan; tally: Tally },
): Promise<Document[]> {
  const sums = new Map<string, Crc64>();
  const closed = new Set<string>();
  const oplog: Document[] = [];
  for (let block = await reader.readBlock(); block; block = await reader.readBlock()) {
    const namespace = nameOf(block.head as CollectionHead);
    if (closed.has(namespace)) throw new Error("namespace header for already opened namespace");
    const sum = sums.get(namespace) ?? new Crc64();
    sums.set(namespace, sum);
    const to = namespace === OPLOG ? null : (places.get(namespace) ?? null);
    let batch: Document[] = [];
    for await (const bytes of block.documents) {
      sum.add(bytes);
      const document = BSON.deserialize(bytes, EXACT);
      if (namespace === OPLOG) oplog.push(document);
      else if (to !== null) batch.push(document);
      if (to !== null && batch.length === BATCH) {
        await insert(client, to, batch, plan, tally);
        batch = [];
      }
    }
    if (to !== null && batch.length > 0) await insert(client, to, batch, plan, tally);
    if (!block.head.EOF) continue;
    closed.add(namespace);
    if (!sum.value().equals(block.head.CRC))
      throw new Error(`CRC mismatch for namespace ${namespace}, ${sum.value()}!=${block.head.CRC}`);
  }
  for (const namespace of places.keys())
    if (!closed.has(namespace))
      throw new Error(
        sums.has(namespace)
          ? `error demultiplexing archive; archive finished but contained files were unfinished ([${namespace}])`
          : `error demultiplexing archive; archive finished before all collections were seen (${namespace})`,
      );
  return oplog;
}

async function insert(client: MongoClient, to: string, batch: Document[], plan: Plan, tally: Tally): Promise<void> {
  const [db, name] = splitNamespace(to);
  const { stopOnError: ordered, bypassDocumentValidation } = plan;
  try {
    await client.db(db).collection(name).insertMany(batch, { ordered, bypassDocumentValidation });
    tally.good += batch.length;
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError))
      throw new Error(`${to}: error restoring from archive on stdin: ${wordError(error)}`);
    tally.good += error.insertedCount;
    tally.bad += batch.length - error.insertedCount;
    for (const one of [error.writeErrors].flat()) log.say(`continuing through error: ${one.errmsg}`);
    if (plan.stopOnError) throw new Error(`${to}: error restoring from archive on stdin: ${error.message}`);
  }
}

main().catch((error) => {
  log.say(`Failed: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
