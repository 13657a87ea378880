import { readFileSync } from "node:fs";
import { createMongoServer } from "./server.ts";

/** The program: the official image's variables, each also as NAME_FILE. */
function setting(name: string): string {
  const file = process.env[`${name}_FILE`];
  return file ? readFileSync(file, "utf8").replace(/\n+$/, "") : (process.env[name] ?? "");
}

const user = setting("MONGO_INITDB_ROOT_USERNAME");
const password = setting("MONGO_INITDB_ROOT_PASSWORD");
const server = createMongoServer({
  root: user && password ? { user, password } : null,
  // mongod has an argument for it; a service of the panel gets only variables.
  replicaSet: setting("MONGO_REPLICA_SET") || null,
});
server.listen(27_017, () => console.log("Waiting for connections"));
process.on("SIGTERM", () => process.exit(0));
