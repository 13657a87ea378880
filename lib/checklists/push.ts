import { defineChecklist } from "./define-checklist.ts";

export interface PushRun {
  /** Input of `notifications.push` without the channel: the template and the ids of what it is about. */
  notice: { template: string } & Record<string, unknown>;
  webhook: boolean;
  ntfy: boolean;
}

const unset = (name: string) => `No address is set (${name}).`;

/** A word to channels instead of to people: each on its own, so that one that is down keeps no other still. */
export const PUSH = defineChecklist<PushRun>({
  key: "push",
  version: 1,
  title: "Push notice",
  items: [
    {
      key: "webhook",
      step: "notifications.push",
      about: "Tell the webhook",
      skip: ({ webhook }) => (webhook ? undefined : unset("NOTIFICATIONS_WEBHOOK_URL")),
      title: () => "Tell the webhook",
      input: ({ notice }) => ({ ...notice, channel: "webhook" }),
    },
    {
      key: "ntfy",
      step: "notifications.push",
      about: "Tell ntfy",
      skip: ({ ntfy }) => (ntfy ? undefined : unset("NOTIFICATIONS_NTFY_URL")),
      title: () => "Tell ntfy",
      input: ({ notice }) => ({ ...notice, channel: "ntfy" }),
    },
  ],
});
