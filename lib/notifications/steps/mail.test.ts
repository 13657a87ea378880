import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type NamesWorld, openNamesWorld } from "#lib/dns/testing/names-world.ts";
import { db } from "#lib/platform/db/client.ts";
import { createTestContext, type TestContextOptions } from "#lib/steps/testing/context.ts";
import { type MailCatcher, startMailCatcher } from "#local/mail/server.ts";
import { notificationsMail } from "./mail.ts";

let world: NamesWorld;
let catcher: MailCatcher;
let service: { id: string; name: string; ownerId: string };
let recipient: string;
beforeAll(async () => {
  catcher = await startMailCatcher({ smtpPort: 0, webPort: 0 });
  world = await openNamesWorld({ SMTP_HOST: "127.0.0.1", SMTP_PORT: String(catcher.smtpPort) });
  service = await world.createService();
  recipient = (await db().user.findUniqueOrThrow({ where: { id: service.ownerId } })).email;
});
afterEach(() => fetch(`${catcher.url}/_control/faults`, { method: "DELETE" }));
afterAll(async () => {
  await catcher.close();
  await world.close();
});

const input = () => ({ template: "service-provisioned", toUserId: service.ownerId, serviceId: service.id });
let runs = 100;
const attempt = (more: TestContextOptions = {}) =>
  createTestContext({ service, environment: "production", run: { id: ++runs }, ...more });
const fault = (plan: Record<string, unknown>) =>
  fetch(`${catcher.url}/_control/faults`, { method: "POST", body: JSON.stringify(plan) });

interface Caught {
  messageId: string;
  subject: string;
  text: string;
  to: { address: string }[];
}
async function findMails(messageId: string): Promise<Caught[]> {
  const mails = (await (await fetch(`${catcher.url}/email`)).json()) as Caught[];
  // The catcher leaves out the angle brackets.
  return mails.filter((mail) => `<${mail.messageId.replace(/[<>]/g, "")}>` === messageId);
}

describe("notifications.mail", () => {
  it("tells the owner, once", async () => {
    const test = attempt();
    expect((await notificationsMail.plan(input(), test.ctx)).changes).toMatchObject([
      { kind: "mail", name: recipient },
    ]);
    const { messageId } = (await notificationsMail.apply(input(), test.ctx)) as { messageId: string };
    const again = (await notificationsMail.apply(input(), test.next().ctx)) as { messageId: string };
    expect(again.messageId).toBe(messageId);
    await expect.poll(() => findMails(messageId)).toHaveLength(1);
    const [mail] = await findMails(messageId);
    expect(mail).toMatchObject({ subject: `${service.name} is running`, to: [{ address: recipient }] });
    expect(mail?.text).toContain(`https://panel.seaworthy.test/runs/${test.ctx.run.id}`);
    expect(mail?.text).toContain(`https://panel.seaworthy.test/services/${service.name}`);
    const row = await db().notification.findUniqueOrThrow({ where: { messageId } });
    expect(row).toMatchObject({ state: "sent", recipient, runId: test.ctx.run.id });
    expect(await notificationsMail.verify(input(), test.next().ctx)).toMatchObject({ ok: true });
  });

  it("keeps trying while the mail server is away, and then sends once", async () => {
    await fault({ kind: "temporary", stage: "connect", count: 2 });
    const test = attempt();
    const first = await notificationsMail.apply(input(), test.ctx).catch((error: unknown) => error);
    expect(first).toMatchObject({ retry: "retry", retryAfterMs: 2_000 });
    expect(await db().notification.findFirst({ where: { runId: test.ctx.run.id } })).toMatchObject({
      state: "pending",
      error: expect.any(String),
    });
    const second = await notificationsMail.apply(input(), test.next().ctx).catch((error: unknown) => error);
    expect(second).toMatchObject({ retryAfterMs: 4_000 });
    const { messageId } = (await notificationsMail.apply(input(), test.next().ctx)) as { messageId: string };
    await expect.poll(() => findMails(messageId)).toHaveLength(1);
  });

  it("can wait for longer than an hour", () => {
    let waited = 0;
    for (let attempt = 1; attempt < notificationsMail.maxAttempts; attempt++)
      waited += Math.min(60_000, 2_000 * 2 ** Math.min(attempt - 1, 10));
    expect(waited).toBeGreaterThan(3_600_000);
  });

  it("says for good what the server said of the recipient", async () => {
    await fault({ kind: "permanent", recipient });
    const test = attempt();
    await expect(notificationsMail.apply(input(), test.ctx)).rejects.toMatchObject({
      code: "mail.rejected",
      retry: "permanent",
    });
    expect(await db().notification.findFirst({ where: { runId: test.ctx.run.id } })).toMatchObject({
      state: "failed",
      error: expect.stringContaining("5.1.1 Mailbox unavailable"),
    });
  });

  it("sends nothing about what has settled itself meanwhile", async () => {
    const test = attempt();
    const about = { template: "records-expiring", toUserId: service.ownerId, recordIds: [randomUUID()] };
    expect(await notificationsMail.apply(about, test.ctx)).toEqual({ messageId: null });
    expect(await db().notification.count({ where: { runId: test.ctx.run.id } })).toBe(0);
  });

  it("survives dying at any moment: one notice, the same Message-ID, never none", async () => {
    for (let moment = 1, died = true; died; moment++) {
      let calls = 0;
      const test = attempt({
        onCall: () => {
          if (++calls === moment) throw new Error("killed");
        },
      });
      died = await notificationsMail.apply(input(), test.ctx).then(
        () => false,
        () => true,
      );
      const { messageId } = (await notificationsMail.apply(input(), test.next().ctx)) as { messageId: string };
      expect(await db().notification.count({ where: { runId: test.ctx.run.id } })).toBe(1);
      await expect.poll(async () => (await findMails(messageId)).length).toBeGreaterThan(0);
    }
  });

  it("sends again with the same Message-ID when it cannot know whether the mail arrived", async () => {
    await fault({ kind: "drop", stage: "data", count: 1 });
    const test = attempt();
    await expect(notificationsMail.apply(input(), test.ctx)).rejects.toMatchObject({ retry: "retry" });
    const { messageId } = (await notificationsMail.apply(input(), test.next().ctx)) as { messageId: string };
    await expect.poll(() => findMails(messageId)).toHaveLength(2);
  });

  it("fails for good when there is nobody to write to", async () => {
    const nobody = { ...input(), toUserId: randomUUID() };
    await expect(notificationsMail.apply(nobody, attempt().ctx)).rejects.toMatchObject({ retry: "permanent" });
  });
});
