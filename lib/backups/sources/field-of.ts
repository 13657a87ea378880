import { normalize } from "node:path";
import type { Naming } from "#lib/services/naming.ts";
import type { BackupSource } from "../schema/source.ts";

/** Which field of a source names data of a service's environment, as the panel names it; null: it is not that environment's. */
export function fieldOf(
  source: BackupSource,
  names: Naming,
): "path" | "volumeName" | "stackName" | "swarmService" | null {
  const prefix = `${names.stackName}_`;
  switch (source.kind) {
    case "panel":
      return null;
    case "files":
      return `${normalize(source.path)}/`.startsWith(`${names.folder}/`) ? "path" : null;
    case "volume":
      return source.volumeName.startsWith(prefix) ? "volumeName" : null;
    default:
      if (source.stackName === names.stackName) return "stackName";
      return source.swarmService.startsWith(prefix) ? "swarmService" : null;
  }
}
