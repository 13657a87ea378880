import { conflict, invalid } from "#lib/platform/errors.ts";
import { isDatabaseKind, isSqlKind } from "../constants.ts";
import { listDatabases } from "../format.ts";
import type { Manifest } from "../schema/manifest.ts";
import type { RestoreInput } from "../schema/restore.ts";
import type { BackupSource } from "../schema/source.ts";
import { explainNoSwap } from "./explain-no-swap.ts";
import { findPointDatabase } from "./find-point-database.ts";

export const PRODUCTION = "production";

/** What a restore is judged by. */
export interface RestoreFacts {
  /** Where the point comes from; null: the panel itself. */
  from: { serviceId: string | null; serviceName: string; environment: string };
  to: { serviceId: string; serviceName: string; environment: string };
  manifest: Manifest;
  /** The destination's own data of that kind; null: no policy there names any. */
  destination: BackupSource | null;
  /** What the point's policy runs on copies that leave; null: nothing was said. */
  maskingSql: string | null;
  /** The panel itself can open what is encrypted. */
  hasIdentity: boolean;
}

const isElsewhere = ({ from, to }: RestoreFacts) =>
  from.serviceId !== to.serviceId || from.environment !== to.environment;

/** Whether living data, or production, could be harmed by a slip: then the destination's name is asked for. */
const needsConfirmation = (facts: RestoreFacts, input: Pick<RestoreInput, "mode">) =>
  input.mode === "swap" || (isElsewhere(facts) && facts.to.environment === PRODUCTION);

/** Refuses what must not be, with the reason beside the field it belongs to. Pure. */
export function checkRestore(facts: RestoreFacts, input: RestoreInput): void {
  const { to, manifest, destination } = facts;
  if (!destination)
    throw invalid({
      serviceName: `${to.serviceName} has no ${manifest.engine} data in ${to.environment} that a policy names. Make a backup policy for it first: it says where the data lives.`,
    });
  if (destination.kind !== manifest.engine)
    throw invalid({ serviceName: `A ${manifest.engine} point cannot be restored into ${destination.kind}.` });
  checkDatabase(manifest, input);
  checkOnly(manifest, destination, input);
  checkMask(facts, input);
  if (manifest.recipients.length > 0 && !input.identity && !facts.hasIdentity)
    throw invalid({ identity: "The point is encrypted and the panel has no identity that opens it: give one." });
  if (needsConfirmation(facts, input) && input.confirm !== to.serviceName)
    throw invalid({ confirm: `Type ${to.serviceName}.` });
}

/** Its name goes into the tools' patterns. */
const PLAIN = /^[A-Za-z0-9_-]+$/;

function checkDatabase({ engine, counts }: Manifest, { database }: RestoreInput): void {
  if (engine !== "mongodb") {
    if (database !== undefined) throw invalid({ database: "Only a MongoDB point may hold several databases." });
    return;
  }
  const all = listDatabases(counts);
  if (all.length === 0)
    throw conflict("backups.nothing_in_it", "The point has no collection: nothing would come back.");
  const found = findPointDatabase(counts, database);
  if (found === null)
    throw invalid({
      database:
        database === undefined ? `It holds ${all.length} databases: choose one.` : `The point has no ${database}.`,
    });
  if (!PLAIN.test(found))
    throw invalid({ database: `The panel restores no database of such a name as ${found}: bring it back by hand.` });
}

function checkOnly(manifest: Manifest, destination: BackupSource, input: RestoreInput): void {
  const { only, mode } = input;
  if (only.length === 0) {
    const noSwap = mode === "swap" ? explainNoSwap(destination) : null;
    if (noSwap !== null) throw invalid({ mode: noSwap });
    return;
  }
  if (mode === "swap")
    throw invalid({
      only: "A part cannot take the place of the whole: the rest would be gone. Restore it beside, then copy it over.",
    });
  if (destination.kind === "volume") throw invalid({ only: "A volume is restored as a whole." });
  if (isDatabaseKind(manifest.engine)) {
    const within = manifest.engine === "mongodb" ? `${findPointDatabase(manifest.counts, input.database)}.` : "";
    const missing = only.find((table) => !(table in manifest.counts && table.startsWith(within)));
    const kind = within ? "collection" : "table";
    if (missing !== undefined) throw invalid({ only: `The point has no ${kind} ${missing}.` });
    return;
  }
  const wrong = only.find((path) => path.startsWith("/") || path.split("/").includes("..") || /[\0\n]/.test(path));
  if (wrong !== undefined) throw invalid({ only: `${wrong} is not a path below the folder.` });
}

function checkMask(facts: RestoreFacts, input: RestoreInput): void {
  const { manifest, from, maskingSql } = facts;
  const must = isElsewhere(facts) && from.environment === PRODUCTION;
  if (must && !isSqlKind(manifest.engine))
    throw conflict(
      "backups.cannot_mask",
      `What is in ${from.serviceName}'s production ${manifest.engine} cannot be masked, so it is not brought anywhere else.`,
      "Restore it where it comes from, or hand it to one person by a download link that expires.",
    );
  if (input.mask && !isSqlKind(manifest.engine))
    throw invalid({ mask: "Only MariaDB, MySQL and PostgreSQL can be masked: masking is SQL." });
  if (must && !input.mask) throw invalid({ mask: "Production data leaves production only masked." });
  if (input.mask && !maskingSql?.trim())
    throw conflict(
      "backups.no_masking",
      `The policy of ${from.serviceName} has no masking SQL, so nothing would be masked.`,
      "Write the masking into the policy the point comes from, then restore again.",
    );
}
