import { appServiceName } from "#lib/swarm/names.ts";
import type { BackupSource } from "../schema/source.ts";

/** Why nothing that was restored can take the place of this data, whoever asks; null: it can. */
export function explainNoSwap(source: BackupSource): string | null {
  if (source.kind === "volume")
    return "A volume is restored beside the living one; which one a service mounts is for its stack to say.";
  if (source.kind === "mongodb" && source.swarmService === appServiceName(source.stackName))
    return "This MongoDB is itself what its stack runs, so the panel does not know whose app writes to it and cannot stop that meanwhile. Restore it beside, then point the app at the new database.";
  return null;
}

/** Of a policy that calls production's data another environment's. */
export const explainMislabelled = (environment: string) =>
  `Its policy says ${environment}, but what it names is production’s. Restore it where production’s own policy says, or make one there.`;
