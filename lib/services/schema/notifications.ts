import { z } from "zod";
import { CHANNELS } from "../constants.ts";
import { defineGroup } from "./define-group.ts";
import { words } from "./fields.ts";

const schema = z
  .object({
    channel: z.enum(CHANNELS, { error: "Choose how it sends notices." }),
    sender: words(320),
    topic: words(64),
  })
  .superRefine((answers, ctx) => {
    const refuse = (field: string, message: string) => ctx.addIssue({ code: "custom", message, path: [field] });
    if (answers.channel === "smtp" && !z.email().safeParse(answers.sender).success)
      refuse("sender", "Give the address it sends from, such as pad-notes@example.org.");
    if (answers.channel === "ntfy" && !/^[A-Za-z0-9_-]{1,64}$/.test(answers.topic))
      refuse("topic", "A topic has letters, digits, - and _, 64 at most.");
  });

export const notifications = defineGroup({
  key: "notifications",
  title: "Notifications",
  lead: "What the service itself sends to people.",
  schema,
  defaults: { channel: "none", sender: "", topic: "" },
  questions: [
    {
      field: "channel",
      title: "Does it send mail or push messages?",
      why: "A mail server or an ntfy topic must know the service before its first message is accepted.",
      choices: { none: "No", smtp: "Mail", ntfy: "Push, through ntfy" },
    },
    {
      field: "sender",
      title: "From address",
      why: "The mail server accepts only senders it knows.",
      hint: "pad-notes@example.org",
    },
    {
      field: "topic",
      title: "Topic",
      why: "Whoever knows the topic reads it: choose one nobody guesses.",
      hint: "pad-notes-alerts",
    },
  ],
});
