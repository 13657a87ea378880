import { checkTargets } from "#lib/backups/commands/check-targets.ts";
import { fillInPolicies } from "#lib/backups/commands/fill-in-policies.ts";
import { mendTimes } from "#lib/backups/commands/mend-times.ts";
import { startDue, startVerifications } from "#lib/backups/commands/start-due.ts";
import { watchKept } from "#lib/backups/commands/watch-kept.ts";
import { watchOverdue, watchWaiting } from "#lib/backups/commands/watch-overdue.ts";
import { watchTargets } from "#lib/backups/commands/watch-targets.ts";
import { RUN_HOOKS } from "#lib/hooks/run-hooks.ts";
import { readClock } from "#lib/platform/db/read-clock.ts";
import { type Loop, startLoop } from "#lib/runs/loop.ts";

const DUE_MS = 15_000;
const VERIFY_MS = 60_000;
const TARGETS_MS = 60_000;
const FILL_IN_MS = 10 * 60_000;
const KEPT_MS = 60 * 60_000;
const OVERDUE_MS = 30_000;
const ROUND_LIMIT_MS = 10 * 60_000;

/** What backs up, proves and looks through targets without anybody asking. Any number of workers may. */
export function startBackupLoops(): Loop[] {
  return [
    startLoop("backups due", DUE_MS, async () => startDue(await readClock(), RUN_HOOKS), ROUND_LIMIT_MS),
    startLoop("proofs due", VERIFY_MS, async () => startVerifications(await readClock()), ROUND_LIMIT_MS),
    startLoop("backup targets", TARGETS_MS, async () => checkTargets(await readClock()), ROUND_LIMIT_MS),
    startLoop("backup policies", FILL_IN_MS, () => fillInPolicies(), ROUND_LIMIT_MS),
    startLoop("what swaps keep", KEPT_MS, () => watchKept(), ROUND_LIMIT_MS),
  ];
}

/** Where mails are sent, not where backups are made: what keeps backups from starting must not keep it still. */
export const startOverdueClock = (): Loop => startLoop("overdue backups", OVERDUE_MS, goRound, ROUND_LIMIT_MS);

async function goRound(): Promise<void> {
  const now = await readClock();
  await mendTimes(now);
  await watchOverdue(now);
  await watchWaiting();
  await watchTargets(now);
}
