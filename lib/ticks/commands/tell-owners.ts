import { compileChecklist } from "#lib/checklists/compile.ts";
import { NOTICE } from "#lib/checklists/notice.ts";
import { PUSH } from "#lib/checklists/push.ts";
import { config } from "#lib/platform/config/config.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { plural } from "#lib/platform/format.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { NEWS_MAX } from "../constants.ts";
import { tickName } from "../queries/read-tick-news.ts";
import { TICKER } from "./store-findings.ts";

const TEMPLATE = "ticks-changed";
const OWNERS_MAX = 200;

/** Tells owners what changed and they have not heard of: whatever it is, in one mail each. Any number of workers may. */
export async function tellOwners(everyMs = config().TICKS_MAIL_EVERY_S * 1_000): Promise<number> {
  const owners = await db().$queryRaw<{ ownerId: string }[]>`
    SELECT DISTINCT s.ownerId FROM Tick t JOIN Service s ON s.id = t.serviceId
     WHERE t.notifiedAt IS NULL AND s.state = 'live' LIMIT ${OWNERS_MAX}`;
  let told = 0;
  for (const { ownerId } of owners) {
    const runIds = await transaction((tx) => tellOwner(tx, ownerId, Math.floor(Date.now() / everyMs)));
    for (const runId of runIds) await ringRun(runId);
    if (runIds.length > 0) told++;
  }
  return told;
}

/** The owner, while the account is open; otherwise the administrators. */
async function findReaders(tx: Tx, ownerId: string): Promise<string[]> {
  const owner = await tx.user.findFirst({ where: { id: ownerId, disabledAt: null }, select: { id: true } });
  if (owner) return [owner.id];
  const admins = await tx.user.findMany({
    where: { disabledAt: null, roles: { contains: "admin" } },
    select: { id: true },
    orderBy: { id: "asc" },
  });
  return admins.map(({ id }) => id);
}

/** Who holds the owner's row tells; who waits for it finds nothing left, or that the span has had its mail. */
async function tellOwner(tx: Tx, ownerId: string, span: number): Promise<number[]> {
  await tx.$queryRaw`SELECT id FROM User WHERE id = ${ownerId} FOR UPDATE`;
  const ticks = await tx.tick.findMany({
    where: { notifiedAt: null, service: { ownerId, state: "live" } },
    select: { serviceId: true, environment: true, key: true },
    orderBy: [{ serviceId: "asc" }, { environment: "asc" }, { key: "asc" }],
    take: NEWS_MAX,
  });
  const [first] = ticks;
  if (!first) return [];
  const title = `Say what has become of ${plural(ticks.length, "tick")}`;
  const about = { template: TEMPLATE, ticks: ticks.map(tickName) };
  const place = { serviceId: ticks.every((one) => one.serviceId === first.serviceId) ? first.serviceId : null };
  const base = { mode: "apply" as const, environment: null, ...place };
  const runIds: number[] = [];
  for (const toUserId of await findReaders(tx, ownerId)) {
    const { runId, created } = await createRun(tx, TICKER, {
      ...{ ...base, title, checklist: { key: NOTICE.key, version: NOTICE.version } },
      startKey: `${TEMPLATE}:${ownerId}:${span}:${toUserId}`,
      steps: compileChecklist(NOTICE, { title, mail: { ...about, toUserId } }),
    });
    if (!created) return [];
    runIds.push(runId);
  }
  const { NOTIFICATIONS_WEBHOOK_URL: webhook, NOTIFICATIONS_NTFY_URL: ntfy } = config();
  if (webhook || ntfy) {
    const push = await createRun(tx, TICKER, {
      ...{ ...base, title: "Tell the channels of ticks", checklist: { key: PUSH.key, version: PUSH.version } },
      startKey: `push:${TEMPLATE}:${ownerId}:${span}`,
      steps: compileChecklist(PUSH, { notice: about, webhook: webhook !== "", ntfy: ntfy !== "" }),
    });
    runIds.push(push.runId);
  }
  await tx.tick.updateMany({ where: { OR: ticks }, data: { notifiedAt: new Date() } });
  return runIds;
}
