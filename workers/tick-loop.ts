import { type Loop, startLoop } from "#lib/runs/loop.ts";
import { buildMissing } from "#lib/ticks/commands/build-missing.ts";
import { checkDue } from "#lib/ticks/commands/check-due.ts";
import { tellOwners } from "#lib/ticks/commands/tell-owners.ts";
import { findStep } from "./steps.ts";

const CHECK_MS = 2_000;
const BUILD_MS = 60_000;
const TELL_MS = 5_000;
/** Everything at once may be slow to answer. */
const ROUND_LIMIT_MS = 30 * 60_000;

/** Looks at whether what live services' checklists say is still so, and tells their owners. Any number of workers may. */
export const startTickLoops = (signal: AbortSignal): Loop[] => [
  startLoop(
    "ticks",
    CHECK_MS,
    async () => {
      if (!signal.aborted) await checkDue({ findStep, signal });
    },
    ROUND_LIMIT_MS,
  ),
  startLoop("missing ticks", BUILD_MS, () => buildMissing()),
  startLoop("news of ticks", TELL_MS, () => tellOwners()),
];
