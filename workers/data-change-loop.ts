import { expireDataChanges } from "#lib/data-changes/commands/expire.ts";
import { type Loop, startLoop } from "#lib/runs/loop.ts";

const EXPIRE_MS = 60_000;

/** Ends data changes that waited too long. Any number of workers may. */
export const startDataChangeLoop = (): Loop => startLoop("data changes", EXPIRE_MS, () => expireDataChanges());
