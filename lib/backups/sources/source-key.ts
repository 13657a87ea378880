import { sha256 } from "#lib/platform/crypto.ts";
import type { BackupSource } from "../schema/source.ts";

/** What is really read or written, whatever policy names it. */
function nameData(source: BackupSource): string {
  switch (source.kind) {
    case "files":
      return `folder:${source.path.replace(/\/+$/, "")}`;
    case "volume":
      return `volume:${source.volumeName}`;
    case "panel":
      return "panel";
    case "redis":
      return `server:${source.swarmService}`;
    default:
      return `server:${source.swarmService}:${source.databaseName ?? "*"}`;
  }
}

/** Whether the one holds something of the other: a whole MongoDB has each of its databases. */
export function overlaps(one: BackupSource, other: BackupSource): boolean {
  if (sourceKey(one) === sourceKey(other)) return true;
  if (one.kind !== "mongodb" || other.kind !== "mongodb" || one.swarmService !== other.swarmService) return false;
  return one.databaseName === null || other.databaseName === null;
}

/** `exclusiveKey` of every run that reads or replaces this data as a whole: one at a time, also when two policies name it. */
export const sourceKey = (source: BackupSource): string =>
  `backup:${Buffer.from(sha256(nameData(source)))
    .toString("hex")
    .slice(0, 48)}`;
