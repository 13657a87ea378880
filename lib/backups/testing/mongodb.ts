import { setTimeout as delay } from "node:timers/promises";
import { runExec } from "#lib/integrations/docker/exec.ts";
import { createService, listTasks } from "#lib/integrations/docker/services.ts";
import { appServiceName, STACK_LABEL } from "#lib/swarm/names.ts";
import type { StackInput } from "#lib/swarm/schema.ts";
import type { Login } from "../engines/types.ts";
import type { BackupSource } from "../schema/source.ts";

type MongodbKind = "mongodb" | "mongodb-set";
export const isMongodb = (kind: string): kind is MongodbKind => kind === "mongodb" || kind === "mongodb-set";

const soon = () => AbortSignal.timeout(30_000);
const secretOf = ({ serviceName }: StackInput) => `services.${serviceName}.mongo_pass`;

/** A replica set that asks for no password is all that its stack runs; a server that asks for one stands beside an app. */
export const withMongodb = (base: StackInput, kind: MongodbKind, image: string): StackInput =>
  kind === "mongodb-set"
    ? { ...base, app: { ...base.app, image, memoryMb: 1024, env: { MONGO_REPLICA_SET: "rs0" } } }
    : base;

/** The server beside the app, as people add one to a stack of the panel's; its name in the swarm. */
export async function addMongodb(stack: StackInput, kind: MongodbKind, image: string): Promise<string> {
  const { stackName, networkName } = stack;
  if (kind === "mongodb-set") return appServiceName(stackName);
  const Name = `${stackName}_mongo`;
  const Env = ["MONGO_INITDB_ROOT_USERNAME=root", `MONGO_INITDB_ROOT_PASSWORD=pw-${secretOf(stack)}`];
  const spec = {
    Name,
    Labels: { [STACK_LABEL]: stackName },
    TaskTemplate: { ContainerSpec: { Image: image, Env }, Networks: [{ Target: networkName }] },
    Mode: { Replicated: { Replicas: 1 } },
  };
  await createService(spec, soon());
  const isRunning = async () =>
    (await listTasks({ service: [Name] }, soon())).some((task) => task.Status.State === "running");
  const deadline = Date.now() + 120_000;
  while (!(await isRunning())) {
    if (Date.now() > deadline) throw new Error("The test's own MongoDB got no task.");
    await delay(200);
  }
  return Name;
}

export function describeMongodb(
  kind: MongodbKind,
  stack: StackInput,
  inStack: { stackName: string; swarmService: string },
): { source: BackupSource; login: Login; secrets: string[] } {
  if (kind === "mongodb-set") {
    const source = { databaseName: null, userName: null, passwordSecret: null, oplog: true };
    return {
      source: { kind: "mongodb", ...inStack, ...source },
      login: { user: "", password: "", database: "" },
      secrets: [],
    };
  }
  const name = secretOf(stack);
  const source = { databaseName: "notes", userName: "root", passwordSecret: name, oplog: false };
  return {
    source: { kind: "mongodb", ...inStack, ...source },
    login: { user: "root", password: `pw-${name}`, database: "notes" },
    secrets: [name],
  };
}

/** mongosh with a script from standard input; `db` is the database of the backup. */
export function askMongodb({ user, password }: Login) {
  const at = user ? '"mongodb://root:$MONGO_PASSWORD@127.0.0.1/notes?authSource=admin"' : "mongodb://127.0.0.1/notes";
  const env: Record<string, string> = { HOME: "/dev/null", MONGO_PASSWORD: password };
  return { argv: ["sh", "-c", `exec mongosh --quiet --norc ${at} --eval "$(cat)"`], env };
}

export async function waitForMongodb(containerId: string): Promise<void> {
  const connect = 'require("net").connect(27017, "127.0.0.1").on("connect", () => process.exit(0))';
  const deadline = Date.now() + 60_000;
  while ((await runExec(containerId, { argv: ["node", "-e", connect] }, soon())).exitCode !== 0)
    if (Date.now() > deadline) throw new Error("The test's own MongoDB did not start.");
}

/** Every type that documents have, names that stumble, more than one batch, options, and what is older than its validator. */
const FILL = `
const people = [];
for (let n = 1; n <= 1200; n++)
  people.push({ _id: n, name: "Zoë Ωmega 🚢 " + n, born: new Date(Date.UTC(1990, 0, n)), weight: n / 7, note: ("line\\n'q' \\"d\\" \\\\ " + n).repeat(3) });
db.people.insertMany(people);
db.people.createIndex({ name: 1 }, { unique: true });
db.people.createIndex({ born: -1, weight: 1 }, { name: "by born", sparse: true });
db.kinds.insertOne({ _id: ObjectId("65f000000000000000000001"), z: 1, a: Long("9007199254740993"), b: Int32(7), c: Double(7),
  d: Decimal128("1.000000000000000000000000000000001"), e: BinData(0, "AP8KJw=="), f: UUID("8f7c9a52-61a3-4d9e-9d0b-6a86ff4f3a11"), g: /a+b/i,
  h: Timestamp({ t: 7, i: 2 }), i: null, j: [], k: { l: [{ m: [1, [2]] }] }, n: MinKey(), o: MaxKey(), p: Code("f()"), q: true, r: "", s: Double(NaN), t: Double(-0.0) });
db.kinds.insertOne({ _id: { compound: 1, key: "ü" }, body: "x".repeat(300000) });
db.createCollection("empty");
db.createCollection("capped", { capped: true, size: 4096 });
db.getCollection("odd 'name.with ü").insertOne({ _id: "DROP", "": 1 });
db.strict.insertOne({ _id: 1, colour: "older than the rule" });
db.runCommand({ collMod: "strict", validator: { colour: "red" } });
db.strict.insertOne({ _id: 2, colour: "red" });
`;

type Ask = { sql(script: string): Promise<string> };

export const fillMongodb = ({ sql }: Ask) => sql(FILL);
export const destroyMongodb = ({ sql }: Ask) => sql("db.dropDatabase().dropped");

/** Read by the driver, which mongosh would take the types of numbers from. */
const READ = `
import { BSON, MongoClient } from "mongodb";
const { MONGO_PASSWORD: password, MONGO_DATABASE: name } = process.env;
const options = password ? { auth: { username: "root", password } } : {};
const client = await MongoClient.connect("mongodb://127.0.0.1/?directConnection=true", options);
if (!name) for (const { name } of (await client.db().admin().listDatabases()).databases) console.log(name);
const db = client.db(name || "none");
const exact = { promoteValues: false, promoteBuffers: false, bsonRegExp: true };
const say = (...parts) => console.log(parts.map((one) => (typeof one === "string" ? one : BSON.EJSON.stringify(one, { relaxed: false }))).join(" "));
for (const { name: collection, options } of await db.listCollections().toArray()) {
  say(collection, "options", options);
  for (const index of await db.collection(collection).listIndexes().toArray()) say(collection, "index", index);
  for await (const one of db.collection(collection).find({}, exact)) say(collection, "document", one);
}
await client.close();
`;

/** Every document of a database with its exact types, and every collection's options and indexes, a line each. */
export const readMongodb = (containerId: string, login: Login, database = "notes"): Promise<string[]> =>
  ask(containerId, login, database);

/** Names of the databases that are not the server's own. */
export const listMongodb = async (containerId: string, login: Login): Promise<string[]> =>
  (await ask(containerId, login, "")).filter((name) => !["admin", "config", "local"].includes(name));

async function ask(containerId: string, { password }: Login, database: string): Promise<string[]> {
  const argv = ["sh", "-c", "cd /usr/local/lib/mongodb && exec node --input-type=module -"];
  const env: Record<string, string> = { MONGO_PASSWORD: password, MONGO_DATABASE: database };
  const said = await runExec(containerId, { argv, env, input: READ }, soon());
  if (said.exitCode !== 0) throw new Error(said.stderr);
  return said.stdout.split("\n").filter(Boolean).sort();
}
