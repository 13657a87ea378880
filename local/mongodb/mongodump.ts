import { once } from "node:events";
import { BSON, type Db, type Document, type MongoClient } from "mongodb";
import { type CollectionHead, writeEof, writePrelude, writeSegment } from "./archive.ts";
import { Crc64 } from "./crc64.ts";
import { EXACT } from "./exact.ts";
import { connect, Log, readOptions, wordError } from "./program.ts";

/** Documents of one piece. */
const SEGMENT = 500;
const OPLOG = { db: "", collection: "oplog" };

const log = new Log();

async function write(bytes: Uint8Array): Promise<void> {
  if (!process.stdout.write(bytes)) await once(process.stdout, "drain");
}

async function main(): Promise<void> {
  const options = readOptions({
    archive: { type: "string" },
    db: { type: "string" },
    oplog: { type: "boolean" },
  });
  log.isQuiet = options.quiet ?? false;
  if (options.archive !== "-") throw new Error("bad option: this stand-in writes --archive to standard output alone");
  if (options.oplog && options.db) throw new Error("bad option: --oplog mode only supported on full dumps");
  const client = await connect(options, log).catch((error: Error) => {
    throw new Error(`can't create session: ${error.message}`);
  });
  try {
    await dump(client, { database: options.db, oplog: options.oplog ?? false });
  } finally {
    await client.close();
  }
}

async function dump(client: MongoClient, { database, oplog }: { database: string | undefined; oplog: boolean }) {
  const collections = await listAll(client, database).catch((error) => {
    throw new Error(`error creating intents to dump: ${wordError(error)}`);
  });
  const { version } = await client.db("admin").command({ buildInfo: 1 });
  const heads = oplog ? [...collections, { ...OPLOG, metadata: "", size: 0, type: "" }] : collections;
  const since = oplog ? await lastMoment(client) : null;
  await write(writePrelude(String(version), heads));
  for (const head of collections) await dumpCollection(client.db(head.db), head);
  if (since) await dumpOplog(client, since);
}

async function listAll(client: MongoClient, database: string | undefined): Promise<CollectionHead[]> {
  const { databases } = await client.db("admin").command({ listDatabases: 1 });
  const names = (databases as { name: string }[]).map(({ name }) => name).filter((name) => name !== "local");
  const heads: CollectionHead[] = [];
  for (const db of database === undefined ? names : names.filter((name) => name === database))
    for (const info of await client.db(db).listCollections().toArray())
      heads.push(await describeCollection(client.db(db), info as Document));
  return heads;
}

async function describeCollection(db: Db, info: Document): Promise<CollectionHead> {
  const collection = String(info.name);
  const indexes = await db.collection(collection).listIndexes(EXACT).toArray();
  const metadata = BSON.EJSON.stringify(
    {
      indexes,
      uuid: info.info.uuid.toString("hex").replaceAll("-", ""),
      collectionName: collection,
      type: "collection",
      options: info.options,
    },
    { relaxed: false },
  );
  return { db: db.databaseName, collection, metadata, size: 0, type: "collection" };
}

async function dumpCollection(db: Db, head: CollectionHead): Promise<void> {
  const namespace = `${head.db}.${head.collection}`;
  log.say(`writing \`${namespace}\` to archive on stdout`);
  const documents = await pour(head, db.collection(head.collection).find({}, EXACT)).catch((error) => {
    throw new Error(
      `error writing data for collection \`${namespace}\` to disk: error reading collection: ${wordError(error)}`,
    );
  });
  log.say(`done dumping \`${namespace}\` (${documents} document${documents === 1 ? "" : "s"})`);
}

/** Everything of a cursor, piece by piece, and its sum. */
async function pour(namespace: { db: string; collection: string }, cursor: AsyncIterable<Document>): Promise<number> {
  const sum = new Crc64();
  let piece: Uint8Array[] = [];
  let documents = 0;
  const flush = async () => {
    if (piece.length > 0) await write(writeSegment(namespace, piece));
    piece = [];
  };
  for await (const document of cursor) {
    const bytes = BSON.serialize(document);
    sum.add(bytes);
    piece.push(bytes);
    documents += 1;
    if (piece.length === SEGMENT) await flush();
  }
  await flush();
  await write(writeEof(namespace, sum));
  return documents;
}

async function lastMoment(client: MongoClient): Promise<BSON.Timestamp> {
  const newest = await client
    .db("local")
    .collection("oplog.rs")
    .findOne({}, { sort: { $natural: -1 } });
  if (!newest)
    throw new Error("error getting oplog start: error getting recent oplog entry: mongo: no documents in result");
  return newest.ts;
}

async function dumpOplog(client: MongoClient, since: BSON.Timestamp): Promise<void> {
  log.say("writing captured oplog to ");
  const cursor = client
    .db("local")
    .collection("oplog.rs")
    .find({ ts: { $gte: since } }, EXACT);
  const entries = await pour(OPLOG, cursor);
  log.say(`\tdumped ${entries} oplog ${entries === 1 ? "entry" : "entries"}`);
}

main().catch((error) => {
  log.say(`Failed: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
