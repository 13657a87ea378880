import { MONGORESTORE } from "../engines/mongodb.ts";
import { listDatabases } from "../format.ts";
import { askPassword, findContainer, quote, type RestoreOf, swarmServiceOf } from "./by-hand-shell.ts";

/** In the container, where the tool reads its password: from standard input it would take the archive's first line for it. */
const PASSWORD_FILE = "/tmp/seaworthy-password.yaml";

export const restoreMongodb: RestoreOf = (facts, read) => {
  const { source, counts, image } = facts.manifest;
  const restore = MONGORESTORE.join(" ");
  if (facts.manifest.oplog) {
    const ask = `docker exec seaworthy-restored mongosh --quiet --eval 'db.version()'`;
    return [
      {
        about: "All databases as they were at one moment, with their accounts: only a new server takes that",
        command: [
          `docker run --detach --name seaworthy-restored --network none ${quote(image ?? "mongo")}`,
          `until ${ask}; do sleep 1; done`,
          `${read("database")} | docker exec --interactive seaworthy-restored ${restore} --oplogReplay`,
        ].join("\n"),
      },
    ];
  }
  const isOne = listDatabases(counts).every((database) => database === source);
  const rename = isOne
    ? ` --nsInclude='${source}.*' --nsFrom='${source}.*' --nsTo='${source}_restored.*'`
    : " --nsExclude='admin.*' --nsExclude='config.*' --nsFrom='*.*' --nsTo='*_restored.*'";
  const user = facts.source?.kind === "mongodb" ? facts.source.userName : null;
  const login = user ? ` --config=${PASSWORD_FILE} --username=${user} --authenticationDatabase=admin` : "";
  const write = `umask 077; printf %s "$MONGO_PASSWORD" | sed "s/'/''/g; s/.*/password: '&'/" >${PASSWORD_FILE}`;
  const find = findContainer(swarmServiceOf(facts));
  const pour = `${read("database")} | docker exec --interactive "$DB" ${restore}${login}${rename}`;
  return [
    {
      about: `On the node that runs the database: ${isOne ? "a new database" : "new databases"} beside the living`,
      command: user
        ? [
            find,
            askPassword("MONGO_PASSWORD", user),
            `docker exec --env MONGO_PASSWORD "$DB" sh -c ${quote(write)}`,
            pour,
            `docker exec "$DB" rm ${PASSWORD_FILE}`,
          ].join("\n")
        : [find, pour].join("\n"),
    },
  ];
};
