import { defineChecklist } from "./define-checklist.ts";

export interface NoticeRun {
  /** As the run's only step says it: "Remind sam of 2 records that expire". */
  title: string;
  /** Input of `notifications.mail`: the template, the reader, and the ids of what it is about. */
  mail: { template: string; toUserId: string } & Record<string, unknown>;
}

/** A mail that nothing else is done with: a reminder, an alert. */
export const NOTICE = defineChecklist<NoticeRun>({
  key: "notice",
  version: 1,
  title: "Notice",
  items: [
    {
      key: "mail",
      step: "notifications.mail",
      about: "Send the mail",
      title: ({ title }) => title,
      input: ({ mail }) => ({ ...mail }),
    },
  ],
});
