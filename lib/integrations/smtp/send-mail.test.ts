import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { type MailCatcher, startMailCatcher } from "#local/mail/server.ts";
import { applyTestEnv } from "#local/test-world.ts";
import { sendMail } from "./send-mail.ts";

const MAIL = {
  to: "owner@example.org",
  subject: "pad ist da – läuft",
  text: "Hello",
  html: "<p>Hello</p>",
  messageId: "<run-1.abc@example.org>",
};
const { signal } = new AbortController();
const servers: Server[] = [];
let catcher: MailCatcher;
beforeAll(async () => {
  applyTestEnv();
  catcher = await startMailCatcher({ smtpPort: 0, webPort: 0 });
});
afterEach(async () => {
  await fetch(`${catcher.url}/_control/faults`, { method: "DELETE" });
  for (const server of servers.splice(0)) server.close();
});
afterAll(async () => {
  overrideConfig(undefined);
  await catcher.close();
});

const send = (more: Partial<typeof MAIL> = {}, settings: { port?: number; user?: string } = {}) => {
  overrideConfig({
    SMTP_HOST: "127.0.0.1",
    SMTP_PORT: settings.port ?? catcher.smtpPort,
    NOTIFICATIONS_USERNAME: settings.user ?? "",
    NOTIFICATIONS_PASSWORD: settings.user ? "hunter2" : "",
  });
  return sendMail({ ...MAIL, ...more }, { signal });
};
const fault = (plan: Record<string, unknown>) =>
  fetch(`${catcher.url}/_control/faults`, { method: "POST", body: JSON.stringify(plan) });

/** A server that answers each command as told, and notes what it heard. */
async function script(answers: Record<string, string>): Promise<{ port: number; heard: string[] }> {
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.write("220 test\r\n");
    socket.on("data", (data) => {
      for (const line of data.toString().split("\r\n").filter(Boolean)) {
        heard.push(line);
        const verb = line.split(/[ :]/)[0] ?? "";
        socket.write(`${answers[verb] ?? "250 ok"}\r\n`);
      }
    });
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as { port: number }).port, heard };
}

describe("sendMail", () => {
  it("hands the mail over with its Message-ID, text and HTML", async () => {
    expect((await send()).response).toMatch(/^250/);
    const readLast = async () =>
      ((await (await fetch(`${catcher.url}/email`)).json()) as Record<string, unknown>[]).at(-1);
    await expect.poll(readLast).toMatchObject({
      subject: MAIL.subject,
      messageId: expect.stringContaining("run-1.abc@example.org"),
      text: expect.stringContaining("Hello"),
      html: expect.stringContaining("<p>Hello</p>"),
      headers: { "auto-submitted": "auto-generated" },
    });
  });

  it.each([
    { subject: "hello\r\nBcc: everybody@example.org" },
    { to: "a@example.org\nBcc: b@example.org" },
    { to: "a@example.org, b@example.org" },
    { to: "A <a@example.org>" },
    { messageId: "<a@b>\r\nX: y" },
  ])("refuses %j before it reaches the server", async (more) => {
    await expect(send(more)).rejects.toMatchObject({ code: "mail.bad_header", retry: "permanent" });
  });

  it("tries again later when the server is not there or says not now", async () => {
    await expect(send({}, { port: 9 })).rejects.toMatchObject({ code: "mail.unreachable", retry: "retry" });
    await fault({ kind: "temporary", count: 1 });
    await expect(send()).rejects.toMatchObject({ code: "mail.deferred", retry: "retry" });
    await fault({ kind: "drop", stage: "connect", count: 1 });
    await expect(send()).rejects.toMatchObject({ retry: "retry" });
  });

  it("gives up with the server's words when the recipient is refused", async () => {
    await fault({ kind: "permanent", count: 1 });
    await expect(send()).rejects.toMatchObject({
      code: "mail.rejected",
      retry: "permanent",
      detail: expect.stringContaining("5.1.1 Mailbox unavailable"),
    });
  });

  it("never sends a password over a connection without TLS", async () => {
    const { port, heard } = await script({ EHLO: "250-test\r\n250 AUTH PLAIN LOGIN", STARTTLS: "502 no" });
    await expect(send({}, { port, user: "panel" })).rejects.toMatchObject({ code: "mail.no_trusted_tls" });
    expect(heard.join(" ")).not.toMatch(/AUTH/);
  });

  it("uses STARTTLS when it is offered", async () => {
    const { port, heard } = await script({ EHLO: "250-test\r\n250 STARTTLS", STARTTLS: "454 not now" });
    await expect(send({}, { port })).rejects.toBeTruthy();
    expect(heard).toContain("STARTTLS");
    expect(heard.join(" ")).not.toMatch(/MAIL FROM/);
  });

  it("waits for a person when the panel's own address is refused", async () => {
    const { port } = await script({ MAIL: "550 5.7.60 not yours" });
    await expect(send({}, { port })).rejects.toMatchObject({ code: "mail.sender_refused", retry: "needs_person" });
  });

  it("stops waiting when the step is cancelled", async () => {
    const { port } = await script({ EHLO: "" });
    const controller = new AbortController();
    overrideConfig({ SMTP_HOST: "127.0.0.1", SMTP_PORT: port });
    const sending = sendMail(MAIL, controller);
    controller.abort(new Error("cancelled"));
    await expect(sending).rejects.toThrow("cancelled");
  });
});
