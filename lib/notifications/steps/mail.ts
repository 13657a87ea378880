import { createHash, randomUUID } from "node:crypto";
import { sendMail } from "#lib/integrations/smtp/send-mail.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError, toAppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { toHtml } from "../templates/format.ts";
import type { Notice } from "../types.ts";
import { findNotice, MailInput } from "./mail-input.ts";

const LONGEST_WAIT_MS = 60_000;
/** With waits of up to a minute between them: longer than an hour and a half. */
const MAX_ATTEMPTS = 100;

const noReader = () =>
  new AppError({ code: "mail.no_reader", message: "There is no such person any more.", retry: "permanent" });

/**
 * One Message-ID per run and step, so that a mail sent twice is one mail to its reader. The ids it is about keep it apart
 * from that of a run with the same number in another database.
 */
function createMessageId({ run, step }: StepContext, { template, toUserId, ...about }: MailInput): string {
  const ids = Object.values(about).flat().map(String);
  const hash = createHash("sha256")
    .update([...ids, run.id, step.key, template].join("\n"))
    .digest("hex");
  const domain = config().NOTIFICATIONS_EMAIL_USER.split("@").at(-1);
  return `<run-${run.id}.${hash.slice(0, 24)}@${domain}>`;
}

/** Null: what it would be about has settled itself, a record renewed, a service gone. */
async function render(input: MailInput, recipientName: string, ctx: StepContext): Promise<Notice | null> {
  const notice = findNotice(input.template);
  const data = await notice?.read(db(), input, { environment: ctx.environment });
  if (!notice || data === null || data === undefined) return null;
  const base = config().APP_URL.replace(/\/$/, "");
  const link = (path: string) => `${base}${path}`;
  return notice.render(data, { recipientName, link, runUrl: link(`/runs/${ctx.run.id}`), now: new Date() });
}

/** The notice's row, written before anything is sent: what is sent later is what stands in it. */
async function prepareNotice(input: MailInput, ctx: StepContext) {
  const messageId = createMessageId(ctx, input);
  const present = await db().notification.findUnique({ where: { messageId } });
  if (present) return present;
  const user = await db().user.findUnique({ where: { id: input.toUserId } });
  if (!user) throw noReader();
  const notice = await render(input, user.displayName, ctx);
  if (!notice) return null;
  const { subject, text } = notice;
  return ctx.write((tx) =>
    tx.notification.create({
      data: {
        ...{ id: randomUUID(), messageId, template: input.template, recipient: user.email, subject, body: text },
        ...{ runId: ctx.run.id, state: "pending" },
      },
    }),
  );
}

/** The same failure, with a wait that grows to a minute. */
function withWait(error: AppError, attempt: number): AppError {
  if (error.retry !== "retry") return error;
  const { code, message, advice, detail, retry } = error;
  const retryAfterMs = Math.min(LONGEST_WAIT_MS, 2_000 * 2 ** Math.min(attempt - 1, 10));
  return new AppError({
    ...{ code, message, retry, retryAfterMs, cause: error },
    ...(advice ? { advice } : {}),
    ...(detail ? { detail } : {}),
  });
}

/**
 * A mail to one person. Delivery is at least once: a worker that dies between the server's yes and the note of it sends
 * again, with the same Message-ID, which mail programs show once.
 */
export const notificationsMail = defineStep({
  name: "notifications.mail",
  queue: "notifications",
  input: MailInput,
  maxAttempts: MAX_ATTEMPTS,
  timeoutMs: 3 * 60_000,

  async plan({ toUserId, template }) {
    const user = await db().user.findUnique({ where: { id: toUserId } });
    if (!user) throw noReader();
    const detail = findNotice(template)?.about;
    return { changes: [{ action: "create", kind: "mail", name: user.email, ...(detail ? { detail } : {}) }] };
  },

  async apply(input, ctx) {
    const notice = await prepareNotice(input, ctx);
    if (!notice) {
      ctx.log.info("There is nothing to say any more, so nothing is sent");
      return { messageId: null };
    }
    const { id, messageId, recipient, subject, body } = notice;
    if (notice.state === "sent") {
      ctx.log.info(`The mail to ${recipient} was sent already`);
      return { messageId };
    }
    await ctx.guard();
    ctx.log.info(`Sending "${subject}" to ${recipient}`);
    try {
      const mail = { to: recipient, subject, text: body, html: toHtml(body), messageId };
      const { response } = await sendMail(mail, { signal: ctx.signal });
      ctx.log.info(`The mail server took it: ${response}`);
    } catch (thrown) {
      ctx.signal.throwIfAborted();
      const error = withWait(toAppError(thrown), ctx.attempt.number);
      const state = error.retry === "retry" ? "pending" : "failed";
      const words = [error.message, error.detail].filter(Boolean).join("\n");
      await ctx.write((tx) => tx.notification.update({ where: { id }, data: { state, error: words } }));
      throw error;
    }
    await ctx.write((tx) =>
      tx.notification.update({ where: { id }, data: { state: "sent", sentAt: new Date(), error: null } }),
    );
    return { messageId };
  },

  async verify(input, ctx) {
    const row = await db().notification.findUnique({ where: { messageId: createMessageId(ctx, input) } });
    if (row?.state !== "sent") return { ok: false, reason: "The mail was not sent." };
    return {
      ok: true,
      reason: `The mail to ${row.recipient} was taken by the mail server on ${row.sentAt?.toISOString()}.`,
    };
  },

  async undo(_resources, _input, ctx) {
    ctx.log.info("A mail cannot be taken back");
  },
});
