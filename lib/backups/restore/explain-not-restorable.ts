import { DATABASE_KINDS, type SourceKind } from "../constants.ts";

const RESTORABLE_KINDS = [...DATABASE_KINDS, "files", "volume"] as const satisfies SourceKind[];
type RestorableKind = (typeof RESTORABLE_KINDS)[number];

export const isRestorableKind = (kind: string): kind is RestorableKind => RESTORABLE_KINDS.some((one) => one === kind);

/** Kinds that cannot be brought back beside what lives, and what to do instead. */
const BY_HAND: Record<Exclude<SourceKind, RestorableKind>, string> = {
  redis:
    "A Redis dump is loaded only by a server that starts with it, so it cannot be brought back beside the living data. The commands below start a server with it.",
  panel: "The panel cannot replace its own database while it works from it. The commands below do it.",
};

export interface RestorableFacts {
  engine: string;
  state: string;
  missing: boolean;
  removed: boolean;
  /** Its manifest could be read. */
  described: boolean;
}

/** Why a restore point cannot be restored from the browser; null when it can. */
export function explainNotRestorable({ engine, state, missing, removed, described }: RestorableFacts): string | null {
  if (removed) return "Its objects were removed.";
  if (missing) return "Its objects were not in the target when that was last looked through.";
  if (state === "running") return "It is still being taken.";
  if (state !== "stored" && state !== "verified") return "It is not a good backup; its page says why.";
  if (!described) return "What it holds is not described in a form that this version of the panel reads.";
  if (isRestorableKind(engine)) return null;
  return BY_HAND[engine as keyof typeof BY_HAND] ?? "The panel does not know this kind of data.";
}
