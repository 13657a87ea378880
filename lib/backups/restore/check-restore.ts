import { conflict, invalid } from "#lib/platform/errors.ts";
import { ENVIRONMENT } from "#lib/services/naming.ts";
import { isDatabaseKind, isSqlKind } from "../constants.ts";
import { listDatabases } from "../format.ts";
import type { Manifest } from "../schema/manifest.ts";
import { MASKED_INTO_ITSELF, type RestoreInput } from "../schema/restore.ts";
import type { BackupSource } from "../schema/source.ts";
import { BY_OTHER_MEANS, explainNoMasking, NOT_SQL } from "./explain-no-masking.ts";
import { explainMislabelled, explainNoSwap } from "./explain-no-swap.ts";
import { findPointDatabase } from "./find-point-database.ts";

interface Place {
  serviceId: string;
  serviceName: string;
  /** production where the data is production's, whatever its policy calls it. */
  environment: string;
}

/** What a restore is judged by. */
export interface RestoreFacts {
  /** Where the point comes from; no service: the panel itself. */
  from: Omit<Place, "serviceId"> & { serviceId: string | null };
  to: Place;
  manifest: Manifest;
  /** The destination's own data of that kind; null: no policy there names any. */
  destination: BackupSource | null;
  /** It is the very data that the point was taken of. */
  own: boolean;
  maskingSql: string | null;
  /** The policy the point is of; null: none is there. */
  policy: string | null;
  /** The panel itself can open what is encrypted. */
  hasIdentity: boolean;
}

type Places = Pick<RestoreFacts, "from" | "to" | "own">;

/** Into another service or environment. */
export const isElsewhere = ({ from, to, own }: Places) =>
  !own && (from.serviceId !== to.serviceId || from.environment !== to.environment);

/** What is typed before living data, or production, could be harmed by a slip: anywhere but where it comes from, with the environment. */
export const confirmWord = ({ to, own }: { to: Omit<Place, "serviceId">; own: boolean }) =>
  own ? to.serviceName : `${to.serviceName}-${to.environment}`;

export const leavesProduction = (places: Places) => isElsewhere(places) && places.from.environment === ENVIRONMENT;

const needsConfirmation = (facts: RestoreFacts, input: Pick<RestoreInput, "mode">) =>
  input.mode === "swap" || (isElsewhere(facts) && facts.to.environment === ENVIRONMENT);

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
  checkSwap(facts, input);
  if (manifest.recipients.length > 0 && !input.identity && !facts.hasIdentity)
    throw invalid({ identity: "The point is encrypted and the panel has no identity that opens it: give one." });
  if (needsConfirmation(facts, input) && input.confirm !== confirmWord(facts))
    throw invalid({ confirm: `Type ${confirmWord(facts)}.` });
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
  const { manifest, from, maskingSql, policy } = facts;
  const must = leavesProduction(facts);
  if (must && !isSqlKind(manifest.engine))
    throw conflict(
      "backups.cannot_mask",
      `What is in ${from.serviceName}'s production ${manifest.engine} cannot be masked, so it is not brought anywhere else.`,
      BY_OTHER_MEANS,
    );
  const noMasking = explainNoMasking({ engine: manifest.engine, maskingSql, policy });
  if (input.mask && !isSqlKind(manifest.engine)) throw invalid({ mask: NOT_SQL });
  if (must && !input.mask) throw invalid({ mask: "Production data leaves production only masked." });
  if (input.mask && noMasking) throw conflict("backups.no_masking", noMasking.message, noMasking.advice);
}

/** Nothing takes the place of living data by a slip: of another's, of rows that are worth more than it is. */
function checkSwap(facts: RestoreFacts, input: RestoreInput): void {
  if (input.mode !== "swap") return;
  const { from, to, own } = facts;
  if (input.environment !== to.environment) throw invalid({ mode: explainMislabelled(input.environment) });
  if (isElsewhere(facts)) return;
  if (input.mask && from.environment === ENVIRONMENT) throw invalid({ mask: MASKED_INTO_ITSELF });
  if (!own && input.policyId === undefined)
    throw invalid({
      policyId: `No policy of ${to.serviceName} names the data it comes from. To replace other data there, choose that.`,
    });
}
