import { beforeAll, beforeEach, expect, it } from "vitest";

import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { type Actors, createActors } from "#lib/services/testing/actors.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { addPoint, addPolicy } from "../testing/points.ts";
import { createLink } from "./create-link.ts";
import { pinBackup } from "./pin-backup.ts";
import { giveUpPoint } from "./remove-point.ts";

useTestDatabase("lockpoint");
let people: Actors;
let backupId: string;

beforeAll(async () => {
  people = await createActors();
});
beforeEach(async () => {
  await db().backupPolicy.updateMany({ data: { scope: null, removedAt: new Date() } });
  backupId = await addPoint(await addPolicy({ serviceId: null }));
});

/** What another connection to this database is about just now. */
const countOthers = async (): Promise<number> => {
  const [row] = await db().$queryRaw<{ busy: bigint }[]>`
    SELECT COUNT(*) AS busy FROM information_schema.PROCESSLIST
     WHERE DB = DATABASE() AND ID <> CONNECTION_ID() AND COMMAND <> 'Sleep' AND INFO LIKE '%Backup%'`;
  return Number(row?.busy);
};

/** Gives the point up, and lets `act` begin before that is committed. How `act` ended. */
async function actWhileGivenUp(act: () => Promise<unknown>): Promise<unknown> {
  let acting: Promise<unknown> = Promise.resolve();
  const { ctx } = createTestContext({
    write: (work) =>
      transaction(async (tx) => {
        const result = await work(tx);
        acting = act().then(
          () => "went through",
          (error: unknown) => error,
        );
        await expect.poll(countOthers).toBeGreaterThan(0);
        return result;
      }),
  });
  expect(await giveUpPoint(backupId, { reason: "no longer kept", evenLastProven: true }, ctx)).toBeNull();
  return acting;
}

it("refuses a pin of a point whose removal has begun at that moment, and writes down none", async () => {
  const pin = () => pinBackup(people.admin, backupId, "For the audit");
  expect(await actWhileGivenUp(pin)).toMatchObject({ code: "backups.removed" });
  expect(await db().backup.findUnique({ where: { id: backupId } })).toMatchObject({ pinnedAt: null });
  expect(await db().auditEvent.count({ where: { subjectId: backupId } })).toBe(0);
});

it("makes no link to a point whose removal has begun at that moment", async () => {
  const link = () => createLink(people.admin, backupId, { minutes: 60, reason: "For the audit" });
  expect(await actWhileGivenUp(link)).toMatchObject({ code: "backups.nothing_to_give" });
  expect(await db().backupLink.count({ where: { backupId } })).toBe(0);
});
