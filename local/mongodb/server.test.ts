import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { Decimal128, Long, MongoClient, ObjectId } from "mongodb";
import { afterEach, describe, expect, it } from "vitest";
import { createMongoServer, type ServerOptions } from "./server.ts";

// MongoDB's own driver is the judge of what is said here.
const PASSWORD = "p%a\"s`s'w\\x $HOME;--,=";
let server: Server;
const clients: MongoClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  server.close();
});

async function start(options: Partial<ServerOptions> = {}): Promise<(password?: string) => Promise<MongoClient>> {
  server = createMongoServer({ root: null, replicaSet: null, ...options }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return async (password) => {
    const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
      ...(password === undefined ? {} : { auth: { username: "root", password } }),
      serverSelectionTimeoutMS: 2_000,
    });
    clients.push(client);
    return client.connect();
  };
}

describe("the server", () => {
  it("lets in who knows the password, and nobody else", async () => {
    const connect = await start({ root: { user: "root", password: PASSWORD } });
    await expect(connect("wrong")).rejects.toMatchObject({ code: 18, codeName: "AuthenticationFailed" });
    const stranger = await connect();
    await expect(stranger.db("notes").listCollections().toArray()).rejects.toMatchObject({ codeName: "Unauthorized" });
    expect(await (await connect(PASSWORD)).db("admin").command({ ping: 1 })).toMatchObject({ ok: 1 });
  });

  it("gives documents back as they came, over more than one batch, with their types", async () => {
    const db = (await (await start())()).db("notes");
    const sent = Array.from({ length: 2_500 }, (_, n) => ({ _id: n, at: new Date(n), long: Long.fromNumber(2 ** 53) }));
    await db.collection<{ _id: number }>("note").insertMany(sent);
    const exact = { promoteLongs: false };
    expect(await db.collection("note").find({}, exact).toArray()).toEqual(sent);
    expect(await db.collection("note").countDocuments()).toBe(2_500);
    const odd = {
      _id: new ObjectId(),
      d: Decimal128.fromString("1.0"),
      r: /a/i,
      l: [null, { b: Buffer.from([0, 255]) }],
    };
    await db.collection("odd").insertOne(odd);
    expect(await db.collection("odd").findOne({ _id: odd._id }, { promoteBuffers: true })).toEqual(odd);
  });

  it("deletes what has expired, unless it was told not to", async () => {
    const client = await (await start())();
    const note = client.db("notes").collection("note");
    await note.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
    const admin = client.db("admin");
    await admin.command({ setParameter: 1, ttlMonitorEnabled: false });
    await note.insertMany([{ at: new Date(0) }, { at: new Date(Date.now() + 3_600_000) }, { other: 1 }]);
    expect(await note.countDocuments()).toBe(3);
    expect(await admin.command({ setParameter: 1, ttlMonitorEnabled: true })).toMatchObject({ was: false });
    expect(await note.countDocuments()).toBe(2);
  });

  it("refuses a key twice, what a validator does not let in, and what it does not know", async () => {
    const db = (await (await start())()).db("notes");
    const collection = await db.createCollection<{ _id: number; colour?: string }>("strict", {
      validator: { colour: "red" },
    });
    await expect(collection.insertOne({ _id: 1 })).rejects.toMatchObject({ code: 121 });
    await collection.insertOne({ _id: 1 }, { bypassDocumentValidation: true });
    await expect(collection.insertOne({ _id: 1, colour: "red" })).rejects.toMatchObject({ code: 11_000 });
    await expect(collection.find({ _id: { $in: [1] } }).toArray()).rejects.toThrow(/no operator \$in/);
    await expect(db.command({ distinct: "strict" })).rejects.toMatchObject({ codeName: "CommandNotFound" });
  });

  it("keeps a log of what is written when it is of a replica set", async () => {
    const client = await (await start({ replicaSet: "rs0" }))();
    await client.db("notes").collection<{ _id: number }>("note").insertOne({ _id: 1 });
    await client.db("notes").dropDatabase();
    const log = await client.db("local").collection("oplog.rs").find().toArray();
    expect(log.map(({ op, ns }) => `${op} ${ns}`)).toEqual([
      ...["n ", "c admin.$cmd"],
      ...["c notes.$cmd", "i notes.note", "c notes.$cmd"],
    ]);
    expect(await client.db("admin").command({ hello: 1 })).toMatchObject({ setName: "rs0" });
  });
});
