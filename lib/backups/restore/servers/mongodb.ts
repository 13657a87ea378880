import { AppError } from "#lib/platform/errors.ts";
import { classifyClientError, cutValues } from "../../dump/client-errors.ts";
import { runToEnd } from "../../dump/place.ts";
import { mongodb } from "../../engines/mongodb.ts";
import type { DatabaseServer, ServerOptions } from "./types.ts";

/** Of MongoDB a database is there when it has a collection; nobody makes an empty one. */
const EXISTS = `print("there\\t" + connection.getDB(process.env.MONGO_DATABASE).getCollectionInfos().length);`;
/** Who has rights on a database keeps them: they belong to its name. */
const DROP = "connection.getDB(process.env.MONGO_DATABASE).dropDatabase();";

/** One program for each question: there is no connection to hold. */
export function openMongodb({ run, admin, signal }: Omit<ServerOptions, "engine">): DatabaseServer {
  const ask = async (database: string, script: string): Promise<string> => {
    const login = { ...admin, database };
    const said = await runToEnd(run, { argv: mongodb.askArgv(script), env: mongodb.env(login) }, signal);
    if (said.exitCode === 0) return said.stdout;
    const words = cutValues(`${said.stdout}${said.stderr}`).trim().slice(-2_000);
    throw new AppError({
      code: "backups.client_failed",
      message: "The database's own client refused to go on.",
      detail: words,
      retry: classifyClientError(words),
    });
  };
  return {
    exists: async (database) => !/^there\t0$/m.test(await ask(database, EXISTS)),
    async drop(database) {
      await ask(database, DROP);
    },
    settle: async () => [],
    close: () => {},
  };
}
