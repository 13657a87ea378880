import { expect, it } from "vitest";
import { createPeople } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { db } from "#lib/platform/db/client.ts";
import { listAuditEvents } from "./queries.ts";

useTestDatabase("audit-list");

it("lists what was done, newest first, page after page without a gap, only to those who may", async () => {
  const { owner, manager } = await createPeople();
  for (let n = 1; n <= 103; n++)
    await recordAudit(db(), owner.actor, { action: "thing.done", subjectType: "thing", subjectId: n % 2 ? "odd" : n });
  const first = await listAuditEvents(manager.actor, {});
  expect(first.events).toHaveLength(100);
  expect(first.events[0]).toMatchObject({ actor: { id: owner.id, name: "Olga Owner" }, subjectId: "odd", seq: null });
  const second = await listAuditEvents(manager.actor, { before: first.next ?? "" });
  expect([second.events.length, second.next]).toEqual([3, null]);
  const odd = await listAuditEvents(manager.actor, { subjectType: "thing", subjectId: "odd", actorId: owner.id });
  expect(odd.events).toHaveLength(52);
  await expect(listAuditEvents(owner.actor, {})).rejects.toMatchObject({ status: 403 });
});
