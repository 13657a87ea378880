import { sweepItems } from "#lib/items/commands/sweep-items.ts";
import { type Loop, startLoop } from "#lib/runs/loop.ts";

const SWEEP_MS = 30_000;

/** Tells people of items that are due, and opens those again whose waiver has ended. Where mails are sent; any number of workers may. */
export const startItemLoop = (): Loop => startLoop("items due", SWEEP_MS, () => sweepItems());
