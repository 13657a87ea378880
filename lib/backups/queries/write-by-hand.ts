import type { SourceKind } from "../constants.ts";
import { compressionOf } from "../dump/paths.ts";
import { redis } from "../engines/redis.ts";
import type { Part } from "../schema/manifest.ts";
import type { BackupPoint } from "../types.ts";
import {
  askPassword,
  type ByHandFacts,
  type Command,
  findContainer,
  quote,
  type RestoreOf,
  swarmServiceOf,
} from "./by-hand-shell.ts";
import { restoreMongodb } from "./write-by-hand-mongodb.ts";

const join = (...parts: string[]) => parts.filter((part) => part !== "").join("/");
const fileOf = (part: Part) => part.key.split("/").at(-1) ?? part.key;
const folderOf = (key: string) => key.split("/").at(-1) ?? key;

/** Brings the objects to where the shell is, and goes there. */
function fetchCommand({ key, target, backupsRoot }: ByHandFacts): Command {
  const folder = folderOf(key);
  switch (target.kind) {
    case "disk":
      return { about: "On the worker’s machine", command: `cd ${quote(join(target.folder ?? backupsRoot, key))}` };
    case "s3": {
      const from = `s3://${join(target.bucket, target.prefix, key)}/`;
      const place = `${target.endpoint ? ` --endpoint-url ${quote(target.endpoint)}` : ""} --region ${target.region}`;
      return {
        about: `Fetch it with the AWS command line, signed in as ${target.accessKeyId}`,
        command: `aws s3 cp --recursive${place} ${quote(from)} ${quote(folder)} && cd ${quote(folder)}`,
      };
    }
    case "ssh": {
      const from = `${target.user}@${target.host.includes(":") ? `[${target.host}]` : target.host}:${join(target.folder, key)}`;
      return {
        about: `Fetch it from ${target.host}`,
        command: `scp -r${target.port === 22 ? "" : ` -P ${target.port}`} ${quote(from)} . && cd ${quote(folder)}`,
      };
    }
  }
}

const checkCommand = ({ manifest }: ByHandFacts): Command => ({
  about: "Check that every byte is as it was stored",
  command: [
    "sha256sum --check <<'SUMS'",
    ...manifest.parts.map((part) => `${part.sha256}  ${fileOf(part)}`),
    "SUMS",
  ].join("\n"),
});

const UNPACK = { zstd: "zstd -dc", gzip: "gzip -dc", none: "cat" } as const;

/** What writes a part's plain content to the next program. lrzip reads only files, so an encrypted one is opened before. */
function readCommand(part: Part): string {
  const file = fileOf(part);
  const isEncrypted = file.endsWith(".age");
  const open = `age --decrypt --identity identity.txt ${quote(file)}`;
  const kind = compressionOf(part.key);
  if (kind === "lrzip") {
    const plain = file.replace(/\.age$/, "");
    return `${isEncrypted ? `${open} > ${quote(plain)} && ` : ""}lrzcat ${quote(plain)}`;
  }
  return isEncrypted
    ? `${open}${kind === "none" ? "" : ` | ${UNPACK[kind]}`}`
    : `${UNPACK[kind]} ${kind === "none" ? "" : "< "}${quote(file)}`;
}

const restoreMysql =
  (client: "mariadb" | "mysql"): RestoreOf =>
  (facts, read) => {
    const database = `${facts.manifest.source}_restored`;
    const run = `docker exec --interactive --env MYSQL_PWD "$DB" ${client} --user=root --default-character-set=utf8mb4`;
    return [
      {
        about: "On the node that runs the database: a new database beside the living one",
        command: [
          findContainer(swarmServiceOf(facts)),
          askPassword("MYSQL_PWD", "root"),
          `${run} --execute=${quote(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`)}`,
        ].join("\n"),
      },
      { about: "Fill it", command: `${read("database")} | ${run} ${database}` },
    ];
  };

const restorePostgresql: RestoreOf = (facts, read) => {
  const database = `${facts.manifest.source}_restored`;
  const user = facts.source?.kind === "postgresql" ? facts.source.userName : "postgres";
  const run = (program: string) =>
    `docker exec --interactive --env PGPASSWORD "$DB" ${program} --host=127.0.0.1 --username=${user}`;
  const hasGlobals = facts.manifest.parts.some((part) => part.name === "globals");
  return [
    {
      about: "On the node that runs the database: a new database beside the living one",
      command: [
        findContainer(swarmServiceOf(facts)),
        askPassword("PGPASSWORD", user),
        `${run("createdb")} ${database}`,
      ].join("\n"),
    },
    ...(hasGlobals
      ? [
          {
            about: "Only on a new server: the roles",
            command: `${read("globals")} | ${run("psql")} --dbname=postgres`,
          },
        ]
      : []),
    {
      about: "Fill it",
      command: `${read("database")} | ${run("pg_restore")} --exit-on-error --no-owner --dbname=${database}`,
    },
  ];
};

const SECOND_SERVER = [
  ...["--port", "6380", "--bind", "127.0.0.1", "--dir", "/tmp", "--dbfilename", "restored.rdb"],
  ...["--appendonly", "no", "--save", ""],
];

/** A second server in the container of the living one: the same version, and nobody else reaches it. */
const restoreRedis: RestoreOf = (facts, read) => {
  const cli = `docker exec --env REDISCLI_AUTH "$DB" redis-cli`;
  const second = `docker exec "$DB" redis-cli -p 6380`;
  return [
    {
      about:
        "On the node that runs it: a second server in its container, with these keys, at port 6380; it takes as much memory again",
      command: [
        findContainer(swarmServiceOf(facts)),
        `${read("dump")} | docker exec --interactive "$DB" sh -c 'cat > /tmp/restored.rdb'`,
        `docker exec --detach "$DB" ${redis.serveArgv(SECOND_SERVER).map(quote).join(" ")}`,
        `until ${second} PING | grep -q PONG; do sleep 1; done`,
        `${second} INFO keyspace`,
      ].join("\n"),
    },
    {
      about:
        "In the place of what lives, also where it keeps an append-only file, which a dump.rdb laid beside it would lose to. Its password, or nothing",
      command: [
        `${askPassword("REDISCLI_AUTH", "the living server")}; [ -n "$REDISCLI_AUTH" ] || unset REDISCLI_AUTH`,
        `${cli} REPLICAOF 127.0.0.1 6380`,
        `until ${cli} INFO replication | grep -q master_link_status:up; do sleep 1; done`,
        `${cli} REPLICAOF NO ONE`,
        `${cli} INFO keyspace`,
      ].join("\n"),
      replaces: true,
    },
    { about: "Stop the second server", command: `${second} SHUTDOWN NOSAVE\ndocker exec "$DB" rm /tmp/restored.rdb` },
  ];
};

const restoreFiles: RestoreOf = (facts, read) => {
  const path = quote(`${facts.manifest.source}_restored`);
  return [
    {
      about: "A new folder beside the living one, with owners, modes and attributes as they were",
      command: `sudo mkdir ${path}\n${read("files")} | sudo tar --extract --preserve-permissions --numeric-owner --acls --xattrs --file=- --directory=${path}`,
    },
    ...(facts.manifest.parts.some((part) => part.name === "list")
      ? [
          {
            about: "Compare every file with the list made when it was taken",
            command: `${read("list")} | (cd ${path} && sudo sha256sum --check --quiet)`,
          },
        ]
      : []),
  ];
};

const restoreVolume: RestoreOf = (facts, read) => {
  const volume = `${facts.manifest.source}_restored`;
  const image = facts.manifest.image ?? "debian:stable-slim";
  return [
    {
      about: "A new volume beside the living one, with owners, modes and attributes as they were",
      command: [
        `docker volume create ${quote(volume)}`,
        `${read("files")} | docker run --rm --interactive --network none --volume ${quote(`${volume}:/to`)} --entrypoint tar ${quote(image)} --extract --preserve-permissions --numeric-owner --acls --xattrs --file=- --directory=/to`,
      ].join("\n"),
    },
  ];
};

const restorePanel: RestoreOf = (facts, read) => [
  {
    about: "Where the panel’s database server answers: a new database",
    command: [
      "HOST=127.0.0.1 PORT=3306",
      askPassword("MYSQL_PWD", "root"),
      'run() { "$(command -v mariadb || command -v mysql)" --host="$HOST" --port="$PORT" --user=root --default-character-set=utf8mb4 "$@"; }',
      `run --execute='CREATE DATABASE seaworthy_restored CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'`,
    ].join("\n"),
  },
  { about: "Fill it", command: `${read("database")} | run seaworthy_restored` },
  ...(facts.manifest.parts.some((part) => part.name === "keys")
    ? [
        {
          about: "Its keys, which open the secrets in that database: they go into the settings",
          command: `(umask 077 && ${read("keys")} > keys.json)`,
        },
      ]
    : []),
  {
    about:
      "See that it is whole. Then point DATABASE_URL at it, and start the panel, which brings it up to its own version",
    command: `run --table --execute='SELECT COUNT(*) AS services, (SELECT COUNT(*) FROM AuditEvent) AS audited, (SELECT MAX(at) FROM AuditEvent) AS last FROM Service' seaworthy_restored`,
  },
];

const RESTORE: Record<SourceKind, RestoreOf> = {
  mariadb: restoreMysql("mariadb"),
  mysql: restoreMysql("mysql"),
  postgresql: restorePostgresql,
  mongodb: restoreMongodb,
  redis: restoreRedis,
  files: restoreFiles,
  volume: restoreVolume,
  panel: restorePanel,
};

/** Commands that bring a restore point back without the panel, with the real names in them: beside the living data, and where they replace it, they say so. */
export function writeByHand(facts: ByHandFacts): BackupPoint["byHand"] {
  const { manifest } = facts;
  // The data's own part is named by its kind; where the name differs, the first part is meant.
  const read = (name: string) => {
    const part = manifest.parts.find((one) => one.name === name) ?? manifest.parts[0];
    return part ? readCommand(part) : "";
  };
  const identity = manifest.recipients.length > 0;
  const commands: Command[] = [
    fetchCommand(facts),
    checkCommand(facts),
    ...(identity
      ? [
          {
            about: `Put the age identity of ${manifest.recipients.map((one) => `${one.slice(0, 10)}…`).join(" or ")} into identity.txt`,
            command: "install -m 600 /dev/null identity.txt && cat > identity.txt",
          },
        ]
      : []),
    ...RESTORE[manifest.engine](facts, read),
  ];
  return commands.map((one) => ({ replaces: false, ...one }));
}
