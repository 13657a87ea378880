import { generateKeyPairSync } from "node:crypto";
import { AcmeClient } from "#lib/integrations/acme/client.ts";
import { findRenewalId, type RenewalWindow, readRenewalWindow } from "#lib/integrations/acme/renewal-info.ts";
import { config } from "#lib/platform/config/config.ts";
import { db, Prisma } from "#lib/platform/db/client.ts";
import { toAppError } from "#lib/platform/errors.ts";
import { logger } from "#lib/platform/logger.ts";
import { chooseInWindow, chooseRenewalTime } from "./choose-renewal-time.ts";

const BATCH = 50;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** RFC 9773: without Retry-After every six hours; what it says is believed between a minute and a day. */
const USUAL_MS = DAY_MS / 4;
const CLAIM_MS = 10 * MINUTE_MS;
const AFTER_FAILURE_MS = 60 * MINUTE_MS;

const clients = new Map<string, AcmeClient>();

/** Asks what needs no account: the key signs nothing. */
function openDirectory(): AcmeClient {
  const { LETS_ENCRYPT_DIRECTORY_URL: directoryUrl, LETS_ENCRYPT_CA_FILE: caFile } = config();
  let client = clients.get(directoryUrl);
  if (!client) {
    const { privateKey: accountKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    client = new AcmeClient({ directoryUrl, accountKey, caFile });
    clients.set(directoryUrl, client);
  }
  return client;
}

const findDue = (now: Date) =>
  db().certificate.findMany({
    where: { state: "issued", ariCheckAt: { lte: now } },
    select: {
      ...{ id: true, chainPem: true, currentOrderId: true, ariCheckAt: true, ariWindow: true, renewAt: true },
      ...{ renewalError: true, notBefore: true, notAfter: true },
    },
    orderBy: { ariCheckAt: "asc" },
    take: BATCH,
  });
type Row = Awaited<ReturnType<typeof findDue>>[number];

const toStored = ({ start, end, explanationUrl }: RenewalWindow) => ({
  start: start.toISOString(),
  end: end.toISOString(),
  explanationUrl,
});

const isSame = (stored: Prisma.JsonValue, { start, end }: ReturnType<typeof toStored>) =>
  typeof stored === "object" && stored !== null && "start" in stored && stored.start === start && stored.end === end;

/** When to renew by a window: a random moment of it. A window that makes no sense is as good as none. */
function chooseTime({ notBefore, notAfter }: Row, window: RenewalWindow): Date | null {
  if (!notBefore || !notAfter) return null;
  const makesSense = window.end > window.start && window.start < notAfter;
  const chosen = makesSense ? chooseInWindow(window) : chooseRenewalTime({ notBefore, notAfter });
  return chosen < notAfter ? chosen : chooseRenewalTime({ notBefore, notAfter });
}

async function check(row: Row, now: Date): Promise<void> {
  const renewalId = findRenewalId(row.chainPem ?? "");
  const window = renewalId ? await readRenewalWindow(openDirectory(), renewalId) : undefined;
  // A renewal meanwhile has another certificate there, to be asked about by itself.
  const where = { id: row.id, state: "issued", currentOrderId: row.currentOrderId };
  if (!window) {
    await db().certificate.updateMany({ where, data: { ariCheckAt: null, ariWindow: Prisma.DbNull } });
    return;
  }
  const ariWindow = toStored(window);
  const waitMs = Math.min(DAY_MS, Math.max(MINUTE_MS, window.retryAfterMs ?? USUAL_MS));
  // The moment is chosen once for a window; a renewal that failed keeps its pauses.
  const isKept = (isSame(row.ariWindow, ariWindow) && row.renewAt !== null) || row.renewalError !== null;
  const renewAt = isKept ? null : chooseTime(row, window);
  await db().certificate.updateMany({
    where,
    data: { ariWindow, ariCheckAt: new Date(now.getTime() + waitMs), ...(renewAt ? { renewAt } : {}) },
  });
}

/** Asks the authority when it would like certificates to be renewed (RFC 9773), each when it is time to ask again. */
export async function checkRenewalWindows(now: Date = new Date()): Promise<void> {
  for (const row of await findDue(now)) {
    const later = (ms: number) => new Date(now.getTime() + ms);
    const mine = await db().certificate.updateMany({
      where: { id: row.id, ariCheckAt: row.ariCheckAt },
      data: { ariCheckAt: later(CLAIM_MS) },
    });
    if (mine.count === 0) continue;
    try {
      await check(row, now);
    } catch (error) {
      // Without an answer what was chosen before stays.
      await db().certificate.updateMany({ where: { id: row.id }, data: { ariCheckAt: later(AFTER_FAILURE_MS) } });
      logger.warn({ certificateId: row.id, error: toAppError(error).message }, "renewal information not read");
    }
  }
}
