import { createTransport } from "nodemailer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MailCatcher, startMailCatcher } from "./server.ts";

describe("the mail catcher", () => {
  let catcher: MailCatcher;
  beforeAll(async () => {
    catcher = await startMailCatcher({ smtpPort: 0, webPort: 0 });
  });
  afterAll(() => catcher.close());

  const send = async (to: string, subject = "Hello") => {
    const transport = createTransport({ host: "127.0.0.1", port: catcher.smtpPort, secure: false, socketTimeout: 700 });
    return transport.sendMail({ from: "panel@seaworthy.test", to, subject, text: "Body", html: "<p>Body</p>" });
  };
  const received = async (to: string): Promise<Array<{ subject: string; messageId: string }>> => {
    const mails = (await (await fetch(`${catcher.url}/email`)).json()) as Array<{
      subject: string;
      messageId: string;
      to: Array<{ address: string }>;
    }>;
    return mails.filter((mail) => mail.to.some(({ address }) => address === to));
  };
  const fail = async (fault: Record<string, unknown>) => {
    const response = await fetch(`${catcher.url}/_control/faults`, { method: "POST", body: JSON.stringify(fault) });
    expect(response.status).toBe(200);
  };

  it("keeps a mail, readable over REST, and has a web page", async () => {
    await send("owner@seaworthy.test", "It runs");
    await expect.poll(() => received("owner@seaworthy.test")).toMatchObject([{ subject: "It runs" }]);
    expect(await (await fetch(catcher.url)).text()).toContain("MailDev");
  });

  it("refuses for a while or for good, one recipient only", async () => {
    await fail({ kind: "temporary", recipient: "later@seaworthy.test", count: 1 });
    await fail({ kind: "permanent", recipient: "gone@seaworthy.test" });
    await expect(send("later@seaworthy.test")).rejects.toMatchObject({ responseCode: 451 });
    await expect(send("later@seaworthy.test")).resolves.toBeDefined();
    await expect(send("gone@seaworthy.test")).rejects.toMatchObject({ responseCode: 550 });
    await expect(send("gone@seaworthy.test")).rejects.toMatchObject({ responseCode: 550 });
    await fetch(`${catcher.url}/_control/faults?recipient=gone@seaworthy.test`, { method: "DELETE" });
    await expect(send("gone@seaworthy.test")).resolves.toBeDefined();
  });

  it("hangs", async () => {
    await fail({ kind: "hang", stage: "data", recipient: "slow@seaworthy.test", count: 1 });
    await expect(send("slow@seaworthy.test")).rejects.toMatchObject({ code: "ETIMEDOUT" });
    expect(await received("slow@seaworthy.test")).toEqual([]);
  });

  it("cuts the connection after it took the mail, so that the sender cannot know", async () => {
    await fail({ kind: "drop", stage: "data", recipient: "cut@seaworthy.test", count: 1 });
    await expect(send("cut@seaworthy.test")).rejects.toThrow();
    await expect.poll(() => received("cut@seaworthy.test")).toHaveLength(1);
  });

  it("refuses a fault it does not understand", async () => {
    const response = await fetch(`${catcher.url}/_control/faults`, { method: "POST", body: '{"kind":"slowly"}' });
    expect(response.status).toBe(400);
  });
});
