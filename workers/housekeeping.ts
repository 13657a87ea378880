import { config } from "#lib/platform/config/config.ts";
import { sql } from "#lib/platform/db/sql.ts";
import { fillInEnvironments } from "#lib/releases/commands/fill-in-environments.ts";
import { type Loop, startLoop } from "#lib/runs/loop.ts";

const ENVIRONMENTS_EVERY_MS = 600_000;
/** Small batches, so that nobody waits for a sweep. */
const BATCH = 1_000;

/** What has expired: table → which rows. */
const EXPIRED = [
  ["Session", "expiresAt < UTC_TIMESTAMP(3) - INTERVAL 7 DAY"],
  ["Session", "revokedAt < UTC_TIMESTAMP(3) - INTERVAL 7 DAY"],
  ["SamlRequest", "expiresAt < UTC_TIMESTAMP(3)"],
  ["SamlAssertion", "expiresAt < UTC_TIMESTAMP(3)"],
  ["WebhookDelivery", "expiresAt < UTC_TIMESTAMP(3)"],
  ["ApiToken", "expiresAt < UTC_TIMESTAMP(3) - INTERVAL 30 DAY"],
] as const;

const FINISHED = [
  ["Outbox", "sentAt IS NOT NULL"],
  ["Worker", "seenAt < UTC_TIMESTAMP(3) - INTERVAL 1 DAY"],
] as const;

async function sweepRows(rules: readonly (readonly [string, string])[]): Promise<number> {
  let gone = 0;
  for (const [table, condition] of rules) {
    for (let deleted = BATCH; deleted === BATCH; gone += deleted)
      deleted = await sql.run(`DELETE FROM ${table} WHERE ${condition} LIMIT ${BATCH}`);
  }
  return gone;
}

export const sweepExpired = () => sweepRows(EXPIRED);
const sweepFinished = () => sweepRows(FINISHED);

export function startHousekeeping(): Loop[] {
  return [
    startLoop("expired rows", config().EXPIRATION_REPEAT_FREQUENCY_S * 1_000, sweepExpired),
    startLoop("environments of before", ENVIRONMENTS_EVERY_MS, fillInEnvironments),
    startLoop("finished rows", config().JOB_REMOVAL_FREQUENCY_S * 1_000, sweepFinished),
  ];
}
