import type { SourceKind } from "#lib/backups/constants.ts";
import type { BackupSource } from "#lib/backups/schema/source.ts";
import { readLines } from "./find-problems.ts";

/** What is backed up, as it is typed: the fields of every kind, of which each kind uses its own. */
export interface SourceDraft {
  kind: SourceKind;
  stackName: string;
  swarmService: string;
  databaseName: string;
  userName: string;
  passwordSecret: string;
  rootPasswordSecret: string;
  oplog: boolean;
  path: string;
  volumeName: string;
  /** One pattern a line. */
  exclude: string;
}

export const blankSource = (kind: SourceKind): SourceDraft => ({
  ...{ kind, stackName: "", swarmService: "", databaseName: "", userName: "", passwordSecret: "" },
  ...{ rootPasswordSecret: "", oplog: false, path: "", volumeName: "", exclude: "" },
});

export function sourceDraftOf(source: BackupSource): SourceDraft {
  const { kind, ...own } = source;
  const texts = Object.entries(own).map(([key, value]) => [
    key,
    Array.isArray(value) ? value.join("\n") : (value ?? ""),
  ]);
  return { ...blankSource(kind), ...Object.fromEntries(texts) };
}

const orNull = (text: string) => text.trim() || null;

/** The same as the server takes it; what is wrong in it is for the schema to say. */
export function sourceOf(draft: SourceDraft): unknown {
  const { kind } = draft;
  const inStack = { kind, stackName: draft.stackName.trim(), swarmService: draft.swarmService.trim() };
  const login = { databaseName: draft.databaseName.trim(), userName: draft.userName.trim() };
  switch (kind) {
    case "mariadb":
    case "mysql":
    case "postgresql":
      return {
        ...inStack,
        ...login,
        passwordSecret: draft.passwordSecret.trim(),
        rootPasswordSecret: kind === "postgresql" ? null : orNull(draft.rootPasswordSecret),
      };
    case "mongodb":
      return {
        ...inStack,
        databaseName: orNull(draft.databaseName),
        userName: orNull(draft.userName),
        passwordSecret: orNull(draft.passwordSecret),
        oplog: draft.oplog,
      };
    case "redis":
      return { ...inStack, passwordSecret: orNull(draft.passwordSecret) };
    case "files":
      return { kind, path: draft.path.trim(), exclude: readLines(draft.exclude) };
    case "volume":
      return { kind, volumeName: draft.volumeName.trim(), exclude: readLines(draft.exclude) };
    case "panel":
      return { kind };
  }
}
