import { db } from "#lib/platform/db/client.ts";
import { readSecret } from "#lib/secrets/queries.ts";

/** The text of a secret that a source names; a missing one is for a person to mend. */
export const readSourceSecret = async (name: string): Promise<string> =>
  (await readSecret(db(), name)).value.toString("utf8");
