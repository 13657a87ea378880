import type { Counts } from "../schema/manifest.ts";
import type { Login } from "./types.ts";

/**
 * mongodump takes a password from its arguments, which everybody on the machine can read, or from a file: here one that is nowhere but
 * between the shell and the program, so that nothing stays of it, however they end. The rest is the program's own argv.
 */
const WITH_PASSWORD = `
program=$1; shift
exec "$program" --config=/dev/fd/3 "$@" 3<<END
password: $MONGO_PASSWORD
END
`.trim();

const withPassword = (argv: readonly string[]) => ["sh", "-c", WITH_PASSWORD, ...argv.slice(0, 1), ...argv];

/** A collection's name in the tools' patterns. */
const literally = (name: string) => name.replaceAll(/[\\*]/g, "\\$&");

/** A JSON text is also a YAML one, quotes and all. */
const toYaml = (password: string) => JSON.stringify(password);

const reach = ({ host, port, user }: Login) => [
  `--host=${host ?? "127.0.0.1"}`,
  ...(port ? [`--port=${port}`] : []),
  ...(user ? [`--username=${user}`, "--authenticationDatabase=admin"] : []),
];

/** What mongosh runs before it is asked anything; it reads its password from the environment by itself. */
const CONNECT = `
const connection = new Mongo(process.env.MONGO_ADDRESS);
if (process.env.MONGO_USER) connection.getDB("admin").auth(process.env.MONGO_USER, JSON.parse(process.env.MONGO_PASSWORD));
`;

/** Documents of each collection, and which of them the server deletes by itself once their time is over. */
const COUNT_SCRIPT = `
const wanted = process.env.MONGO_DATABASE;
const names = wanted ? [wanted] : connection.getDBNames().filter((name) => !["admin", "config", "local"].includes(name));
const expires = (one) => {
  // It may be dropped at this moment.
  try { return one.getIndexes().some((index) => "expireAfterSeconds" in index); } catch { return false; }
};
for (const name of names)
  for (const { name: collection, type, options } of connection.getDB(name).getCollectionInfos())
    if (type === "collection" && !collection.startsWith("system.")) {
      const one = connection.getDB(name).getCollection(collection);
      print("count\\t" + name + "." + collection + "\\t" + one.countDocuments({}));
      if ((options && "expireAfterSeconds" in options) || expires(one)) print("expires\\t" + name + "." + collection);
    }
`.trim();

/** Refused documents end it, and what was there before a collection got its validator is as good as the rest. */
export const MONGORESTORE = ["mongorestore", "--archive", "--stopOnError", "--bypassDocumentValidation"] as const;

export const mongodb = {
  env: ({ user, password, database, host, port }: Login): Record<string, string> => ({
    MONGO_USER: user,
    MONGO_PASSWORD: toYaml(password),
    MONGO_DATABASE: database,
    MONGO_ADDRESS: `mongodb://${host ?? "127.0.0.1"}:${port ?? 27_017}`,
    // Where mongosh keeps a log of every run: in the image's own, the folder of the data. Here it cannot.
    HOME: "/dev/null",
  }),
  /** The log of a replica set is of all its databases: of one alone there is none. */
  hasOplog: ({ database }: Login, { oplog }: { oplog: boolean }): boolean => oplog && !database,
  /** `--archive` without a name: to standard output. Not `--quiet`, which also hides why it failed. */
  dumpArgv: (login: Login, options: { oplog: boolean }): string[] => {
    const argv = ["mongodump", ...reach(login), "--archive"];
    if (login.database) argv.push(`--db=${login.database}`);
    if (mongodb.hasOplog(login, options)) argv.push("--oplog");
    return login.password ? withPassword(argv) : argv;
  },
  /** Into a server that has nothing. An oplog is replayed only with everything, accounts too; without one they stay out. */
  restoreArgv: ({ oplog }: { oplog: boolean }): string[] => [
    ...MONGORESTORE,
    ...(oplog ? ["--oplogReplay"] : ["--nsExclude=admin.*", "--nsExclude=config.*"]),
  ],
  /**
   * Into one database of a living server, from an archive of that one or of many: only what it has of `from`, and of that only
   * these collections. An archive is documents, none of which is run, so whoever may write there may read it in.
   */
  fillArgv(login: Login, { from, only }: { from: string; only: readonly string[] }): string[] {
    const wanted = only.length > 0 ? only.map(literally) : [`${from}.*`];
    const argv = [
      ...MONGORESTORE,
      ...reach(login),
      ...wanted.map((pattern) => `--nsInclude=${pattern}`),
      `--nsFrom=${from}.*`,
      `--nsTo=${login.database}.*`,
    ];
    return login.password ? withPassword(argv) : argv;
  },
  /** A script of mongosh that asks `connection` something. */
  askArgv: (script: string): string[] => ["mongosh", "--quiet", "--nodb", "--norc", "--eval", `${CONNECT}${script}`],
  /** Of one database, or of all that are not the server's own. */
  count: (login: Login) => ({
    argv: mongodb.askArgv(COUNT_SCRIPT),
    env: mongodb.env(login),
    read(text: string): Counts {
      const counts: Counts = {};
      for (const [, collection = "", documents] of text.matchAll(/^count\t(.+)\t(\d+)$/gm))
        counts[collection] = [Number(documents), Number(documents)];
      return counts;
    },
    /** Collections of which documents expire. */
    readExpiring: (text: string): string[] =>
      [...text.matchAll(/^expires\t(.+)$/gm)].map(([, collection = ""]) => collection),
  }),
};
