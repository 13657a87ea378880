import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isAlive, startTimeOf } from "./process.ts";

/** The folders of one world. Sockets live under /run, because their paths may have at most 107 characters. */
export type StateFolders = { stateDir: string; runDir: string; logsDir: string; id: string };

export function prepareFolders(dir: string): StateFolders {
  const stateDir = resolve(dir);
  const id = createHash("sha256").update(stateDir).digest("hex").slice(0, 8);
  const folders = { stateDir, id, runDir: join("/run/seaworthy", id), logsDir: join(stateDir, "logs") };
  for (const folder of [stateDir, folders.runDir, folders.logsDir]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folders;
}

export type Secrets = {
  databasePassword: string;
  sessionSecret: string;
  encryptionKey: string;
  awsAccessKeyId: string;
  awsSecretAccessKey: string;
};

/** Secrets are made once for a state folder and kept, since the data in it is encrypted with them. */
export function loadSecrets(stateDir: string): Secrets {
  return loadOnce(join(stateDir, "secrets.json"), () => ({
    databasePassword: randomBytes(18).toString("hex"),
    sessionSecret: randomBytes(32).toString("base64url"),
    encryptionKey: randomBytes(32).toString("base64"),
    awsAccessKeyId: `AKIA${randomBytes(8).toString("hex").toUpperCase()}`,
    awsSecretAccessKey: randomBytes(30).toString("base64url"),
  }));
}

export type Numbers = Record<string, number>;

/** The ports and subnet used last time, to be preferred this time. */
export function loadNumbers(stateDir: string): Numbers {
  try {
    return JSON.parse(readFileSync(join(stateDir, "ports.json"), "utf8")) as Numbers;
  } catch {
    return {};
  }
}

export function saveNumbers(stateDir: string, numbers: Numbers): void {
  writeFileSync(join(stateDir, "ports.json"), `${JSON.stringify(numbers, null, 2)}\n`);
}

function loadOnce<T>(file: string, make: () => T): T {
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as T;
  const made = make();
  writeFileSync(file, JSON.stringify(made, null, 2), { mode: 0o600 });
  return made;
}

/** At most one process may start a world on a folder. Returns false while another one lives. */
export function lockFolder(stateDir: string): boolean {
  const file = join(stateDir, "supervisor.lock");
  const mine = `${process.pid} ${startTimeOf(process.pid)}`;
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(file, mine, { flag: attempt === 0 ? "wx" : "w" });
      return true;
    } catch {
      const [pid = "", startTime] = readFileSync(file, "utf8").split(" ");
      const holder = Number(pid);
      if (isAlive(holder) && startTimeOf(holder) === startTime && holder !== process.pid) return false;
    }
  }
  return true;
}
