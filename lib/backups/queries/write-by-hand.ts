import type { SourceKind } from "../constants.ts";
import type { Manifest, Part } from "../schema/manifest.ts";
import type { BackupSource } from "../schema/source.ts";
import type { TargetConfig } from "../schema/target.ts";
import type { BackupPoint } from "../types.ts";

/** One thing to do in a shell. */
type Command = BackupPoint["byHand"][number];

export interface ByHandFacts {
  /** Folder of its objects under the target's prefix. */
  key: string;
  manifest: Manifest;
  target: TargetConfig;
  /** What was backed up, as its policy says; null: the policy is gone. */
  source: BackupSource | null;
  /** BACKUPS_ROOT, for the disk every panel has. */
  backupsRoot: string;
}

const isPlain = /^[A-Za-z0-9_./:=@%+-]+$/;
/** A word as a shell reads it back. */
export const quote = (text: string) => (isPlain.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
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
function readCommand(part: Part, { compression }: Manifest): string {
  const file = fileOf(part);
  const isEncrypted = file.endsWith(".age");
  const open = `age --decrypt --identity identity.txt ${quote(file)}`;
  // Keys are a few lines and stay as they are.
  const kind = part.name === "keys" ? "none" : compression;
  if (kind === "lrzip") {
    const plain = file.replace(/\.age$/, "");
    return `${isEncrypted ? `${open} > ${quote(plain)} && ` : ""}lrzcat ${quote(plain)}`;
  }
  return isEncrypted
    ? `${open}${kind === "none" ? "" : ` | ${UNPACK[kind]}`}`
    : `${UNPACK[kind]} ${kind === "none" ? "" : "< "}${quote(file)}`;
}

const findContainer = (service: string) =>
  `DB=$(docker ps --quiet --filter label=com.docker.swarm.service.name=${service} | head -n 1)`;
/** Asks for the password, so that it stands in no history. */
const askPassword = (variable: string, user: string) =>
  `read -rsp ${quote(`Password of ${user}: `)} ${variable} && export ${variable}`;

type RestoreOf = (facts: ByHandFacts, read: (part: string) => string) => Command[];

const swarmServiceOf = ({ source }: ByHandFacts) =>
  source && "swarmService" in source ? source.swarmService : "NAME_OF_THE_SERVICE";

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

const restoreMongodb: RestoreOf = (facts, read) => {
  const source = facts.source?.kind === "mongodb" ? facts.source : null;
  const rename = source?.databaseName
    ? ` --nsFrom=${quote(`${source.databaseName}.*`)} --nsTo=${quote(`${source.databaseName}_restored.*`)}`
    : "";
  const login = source?.userName ? ` --username=${source.userName} --authenticationDatabase=admin` : "";
  return [
    {
      about: "On the node that runs the database; it asks for the password",
      command: [
        findContainer(swarmServiceOf(facts)),
        `${read("database")} | docker exec --interactive "$DB" mongorestore --archive${login}${rename}`,
      ].join("\n"),
    },
  ];
};

const restoreRedis: RestoreOf = (_facts, read) => [
  {
    about: "A server of its own with these keys, at port 6380, to look at or to copy from",
    command: `${read("dump")} > dump.rdb\nredis-server --port 6380 --dir "$PWD" --dbfilename dump.rdb --appendonly no`,
  },
];

const restoreFiles: RestoreOf = (facts, read) => {
  const path = quote(`${facts.manifest.source}_restored`);
  return [
    {
      about: "A new folder beside the living one, with owners and modes as they were",
      command: `sudo mkdir ${path}\n${read("files")} | sudo tar --extract --preserve-permissions --numeric-owner --file=- --directory=${path}`,
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
      about: "A new volume beside the living one, with owners and modes as they were",
      command: [
        `docker volume create ${quote(volume)}`,
        `${read("files")} | docker run --rm --interactive --network none --volume ${quote(`${volume}:/to`)} --entrypoint tar ${quote(image)} --extract --preserve-permissions --numeric-owner --file=- --directory=/to`,
      ].join("\n"),
    },
  ];
};

const restorePanel: RestoreOf = (facts, read) => [
  {
    about: "Where the panel’s database server answers: a new database, then point DATABASE_URL at it",
    command: [
      `mysql --host=HOST --user=root --password --execute='CREATE DATABASE seaworthy_restored CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'`,
      `${read("database")} | mysql --host=HOST --user=root --password --default-character-set=utf8mb4 seaworthy_restored`,
    ].join("\n"),
  },
  ...(facts.manifest.parts.some((part) => part.name === "keys")
    ? [{ about: "Its keys, which open the secrets in that database", command: `${read("keys")} > keys.json` }]
    : []),
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

/** Commands that bring a restore point back beside the living data without the panel, with the real names in them. */
export function writeByHand(facts: ByHandFacts): Command[] {
  const { manifest } = facts;
  // The data's own part is named by its kind; where the name differs, the first part is meant.
  const read = (name: string) => {
    const part = manifest.parts.find((one) => one.name === name) ?? manifest.parts[0];
    return part ? readCommand(part, manifest) : "";
  };
  const identity = manifest.recipients.length > 0;
  return [
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
}
