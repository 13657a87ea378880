import { createHash } from "node:crypto";
import { publishNtfy } from "#lib/integrations/ntfy/publish.ts";
import { postNotice } from "#lib/integrations/webhook/post-notice.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext } from "#lib/steps/types.ts";
import type { Notice } from "../types.ts";
import { findNotice } from "./mail-input.ts";
import { PushInput } from "./push-input.ts";

const MESSAGE_MAX = 3_500;

/** The same for every try, so that who is told twice can tell. */
function nameDelivery({ run, step }: StepContext, { template, channel, ...about }: PushInput): string {
  const parts = [run.id, step.key, template, channel, ...Object.values(about).flat().map(String)];
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 32);
}

async function render(input: PushInput, ctx: StepContext): Promise<Notice | null> {
  const notice = findNotice(input.template);
  const data = await notice?.read(db(), input, { environment: ctx.environment });
  if (!notice || data === null || data === undefined) return null;
  const base = config().APP_URL.replace(/\/$/, "");
  const link = (path: string) => `${base}${path}`;
  return notice.render(data, {
    recipientName: "everybody",
    link,
    runUrl: link(`/runs/${ctx.run.id}`),
    now: new Date(),
  });
}

/** The page a notice leads to: its first link. */
const findLink = (text: string): string => /https?:\/\/\S+/.exec(text)?.[0] ?? config().APP_URL;

async function push(input: PushInput, { subject, text, urgent, page }: Notice, ctx: StepContext): Promise<boolean> {
  const settings = config();
  const { template, channel, ...about } = input;
  const address = channel === "ntfy" ? settings.NOTIFICATIONS_NTFY_URL : settings.NOTIFICATIONS_WEBHOOK_URL;
  if (!address) return false;
  ctx.redact(address);
  await ctx.guard();
  const url = page ?? findLink(text);
  if (channel === "ntfy") {
    const message = text.length > MESSAGE_MAX ? `${text.slice(0, MESSAGE_MAX)}…` : text;
    const priority = urgent ? 5 : 3;
    await publishNtfy(
      address,
      settings.NOTIFICATIONS_NTFY_TOKEN,
      { title: subject, message, click: url, priority },
      ctx.signal,
    );
  } else {
    const deliveryId = nameDelivery(ctx, input);
    const notice = { event: template, deliveryId, subject, text, url, about };
    await postNotice(address, settings.NOTIFICATIONS_WEBHOOK_SECRET, notice, ctx.signal);
  }
  return true;
}

/** A notice to a channel of the settings instead of to a person. At least once: a second try has the same delivery id. */
export const notificationsPush = defineStep({
  name: "notifications.push",
  queue: "notifications",
  input: PushInput,
  maxAttempts: 20,
  timeoutMs: 60_000,

  async plan({ template, channel }) {
    return { changes: [{ action: "create", kind: channel, name: findNotice(template)?.about ?? template }] };
  },

  async apply(input, ctx) {
    const notice = await render(input, ctx);
    if (!notice) {
      ctx.log.info("There is nothing to say any more, so nothing is sent");
      return { sent: false };
    }
    const sent = await push(input, notice, ctx);
    ctx.log.info(sent ? `Sent "${notice.subject}"` : "The channel has no address any more");
    return { sent };
  },

  async verify() {
    return { ok: true, reason: "What a channel was told is the channel's." };
  },

  async undo(_resources, _input, ctx) {
    ctx.log.info("What a channel was told cannot be taken back");
  },
});
