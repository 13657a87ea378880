import type { Counts } from "../schema/manifest.ts";
import type { Login } from "./types.ts";

/**
 * mongodump takes a password from its arguments, which everybody on the machine can read, or from a file. The file is in memory,
 * ours alone, and gone before anything is dumped. The rest is the program's own argv.
 */
const WITH_PASSWORD = `
umask 077
file=$(mktemp /dev/shm/seaworthy.XXXXXX 2>/dev/null || mktemp) || exit 90
trap 'rm -f "$file"' EXIT
printf 'password: %s\\n' "$MONGO_PASSWORD" >"$file"
program=$1; shift
"$program" --config="$file" "$@"
`.trim();

/** A JSON text is also a YAML one, quotes and all. */
const toYaml = (password: string) => JSON.stringify(password);

const reach = ({ host, port, user }: Login) => [
  `--host=${host ?? "127.0.0.1"}`,
  ...(port ? [`--port=${port}`] : []),
  ...(user ? [`--username=${user}`, "--authenticationDatabase=admin"] : []),
];

/** Rows of each collection, asked by mongosh; it reads its password from the environment by itself. */
const COUNT_SCRIPT = `
const wanted = process.env.MONGO_DATABASE;
const connection = new Mongo(process.env.MONGO_ADDRESS);
if (process.env.MONGO_USER) connection.getDB("admin").auth(process.env.MONGO_USER, JSON.parse(process.env.MONGO_PASSWORD));
const names = wanted ? [wanted] : connection.getDBNames().filter((name) => !["admin", "config", "local"].includes(name));
for (const name of names)
  for (const { name: collection, type } of connection.getDB(name).getCollectionInfos())
    if (type === "collection" && !collection.startsWith("system."))
      print("count\\t" + name + "." + collection + "\\t" + connection.getDB(name).getCollection(collection).countDocuments({}));
`.trim();

export const mongodb = {
  env: ({ user, password, database, host, port }: Login): Record<string, string> => ({
    MONGO_USER: user,
    MONGO_PASSWORD: toYaml(password),
    MONGO_DATABASE: database,
    MONGO_ADDRESS: `mongodb://${host ?? "127.0.0.1"}:${port ?? 27_017}`,
  }),
  /** `--archive` without a name: to standard output. */
  dumpArgv: (login: Login, { oplog }: { oplog: boolean }): string[] => {
    const argv = ["mongodump", ...reach(login), "--archive", "--quiet"];
    // The log of a replica set is of all its databases.
    if (oplog) argv.push("--oplog");
    else if (login.database) argv.push(`--db=${login.database}`);
    return login.password ? ["sh", "-c", WITH_PASSWORD, "mongodump", ...argv] : argv;
  },
  countArgv: (): string[] => ["mongosh", "--quiet", "--nodb", "--norc", "--eval", COUNT_SCRIPT],
  readCounts(text: string): Counts {
    const counts: Counts = {};
    for (const [, collection = "", documents] of text.matchAll(/^count\t(.+)\t(\d+)$/gm))
      counts[collection] = [Number(documents), Number(documents)];
    return counts;
  },
};
