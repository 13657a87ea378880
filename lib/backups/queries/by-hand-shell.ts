import type { Manifest } from "../schema/manifest.ts";
import type { BackupSource } from "../schema/source.ts";
import type { TargetConfig } from "../schema/target.ts";
import type { BackupPoint } from "../types.ts";

/** One thing to do in a shell. */
export type Command = Omit<BackupPoint["byHand"][number], "replaces"> & { replaces?: true };

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
export const findContainer = (service: string) =>
  `DB=$(docker ps --quiet --filter label=com.docker.swarm.service.name=${service} | head -n 1)`;
/** Asks for the password, so that it stands in no history. */
export const askPassword = (variable: string, user: string) =>
  `read -rsp ${quote(`Password of ${user}: `)} ${variable} && export ${variable}`;

export type RestoreOf = (facts: ByHandFacts, read: (part: string) => string) => Command[];

export const swarmServiceOf = ({ source }: ByHandFacts) =>
  source && "swarmService" in source ? source.swarmService : "NAME_OF_THE_SERVICE";
