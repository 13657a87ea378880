import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/platform/db/client.ts";
import { sql } from "#lib/platform/db/sql.ts";
import { openStage, type Stage } from "#lib/runs/testing/stage.ts";
import { recordAudit } from "./record.ts";
import { sealAudit } from "./seal.ts";
import { verifyChain } from "./verify-chain.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage("audit");
  for (let i = 0; i < 30; i++)
    await recordAudit(db(), stage.actor, {
      action: "test.act",
      subjectType: "thing",
      subjectId: i,
      detail: { z: 1, a: { y: "ü", b: [i, 1.5, null] } },
    });
});
afterAll(() => stage.close());

describe("the audit chain", () => {
  it("seals each event once when several sealers work at the same moment", async () => {
    const sealed = await Promise.all([sealAudit(), sealAudit(), sealAudit()]);
    expect(sealed.reduce((sum, count) => sum + count, 0)).toBe(30);
    expect(await verifyChain()).toMatchObject({ ok: true, checked: 30, head: { seq: 30 } });
  });

  it("goes on from where it was", async () => {
    await recordAudit(db(), stage.actor, { action: "test.more", subjectType: "thing", subjectId: "x" });
    expect(await sealAudit()).toBe(1);
    expect(await verifyChain()).toMatchObject({ ok: true, checked: 31 });
  });

  it("shows which event was changed", async () => {
    await sql.run("UPDATE AuditEvent SET actorName = 'Somebody Else' WHERE seq = 7");
    expect(await verifyChain()).toMatchObject({ ok: false, broken: { seq: 7 } });
    await sql.run("UPDATE AuditEvent SET actorName = ? WHERE seq = 7", [stage.actor.name]);
    expect((await verifyChain()).ok).toBe(true);
  });

  it("shows that an event was taken out", async () => {
    await sql.run("DELETE FROM AuditEvent WHERE seq = 12");
    expect(await verifyChain()).toMatchObject({ ok: false, broken: { seq: 13, reason: "Event 12 is missing." } });
  });
});
