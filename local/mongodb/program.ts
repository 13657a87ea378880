import { readFileSync } from "node:fs";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { MongoClient, MongoServerError, MongoServerSelectionError } from "mongodb";
import { parse } from "yaml";

/** What mongodump and mongorestore have in common: options, the connection, and how they say things. */
const COMMON = {
  config: { type: "string" },
  host: { type: "string" },
  port: { type: "string" },
  username: { type: "string" },
  authenticationDatabase: { type: "string" },
  quiet: { type: "boolean" },
} as const satisfies ParseArgsConfig["options"];

/** The words every message begins with the time, as theirs do; --quiet hides them all, failures too, as theirs does. */
export class Log {
  isQuiet = false;

  say(message: string): void {
    const now = new Date().toISOString().replace("Z", "+0000");
    if (!this.isQuiet) process.stderr.write(`${now}\t${message}\n`);
  }
}

/** `--archive` without a name is standard input or output. */
export function readOptions<T extends NonNullable<ParseArgsConfig["options"]>>(own: T) {
  const args = process.argv.slice(2).map((word) => (word === "--archive" ? "--archive=-" : word));
  return parseArgs({ args, options: { ...COMMON, ...own } }).values;
}

interface Reach {
  config?: string;
  host?: string;
  port?: string;
  username?: string;
  authenticationDatabase?: string;
}

/** Straight to the one server named, whatever set it is of. A password comes from the file, else from standard input. */
export async function connect({ config, host, port, username, authenticationDatabase }: Reach, log: Log) {
  const at = `mongodb://${host ?? "localhost"}:${port ?? 27_017}/`;
  const password = username === undefined ? undefined : readPassword(config, log);
  const auth = username === undefined ? {} : { auth: { username, password: password ?? "" } };
  const client = new MongoClient(at, {
    ...auth,
    ...(username === undefined ? {} : { authSource: authenticationDatabase ?? "admin" }),
    directConnection: true,
    serverSelectionTimeoutMS: 3_000,
  });
  try {
    return await client.connect();
  } catch (error) {
    await client.close();
    throw new Error(`failed to connect to ${at}: ${wordFailure(error)}`);
  }
}

function wordFailure(error: unknown): string {
  if (error instanceof MongoServerError)
    return `connection() error occurred during connection handshake: auth error: unable to authenticate using mechanism "SCRAM-SHA-256": (${error.codeName}) ${error.errmsg}`;
  if (error instanceof MongoServerSelectionError)
    return `server selection error: server selection timeout, current topology: { Type: Single }, ${error.message}`;
  return String(error);
}

function readPassword(config: string | undefined, log: Log): string {
  const password = config === undefined ? undefined : parse(readFileSync(config, "utf8"))?.password;
  if (password !== undefined) return String(password);
  log.say("reading password from standard input");
  process.stderr.write("Enter password for mongo user:\n\n");
  const typed = readFileSync(0, "latin1");
  return typed.slice(0, typed.indexOf("\n"));
}

/** As they put a server's refusal: the name of the code, then its words. */
export const wordError = (error: unknown): string =>
  error instanceof MongoServerError
    ? `(${error.codeName ?? "error"}) ${error.errmsg ?? error.message}`
    : error instanceof Error
      ? error.message
      : String(error);
