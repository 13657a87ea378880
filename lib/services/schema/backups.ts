import { z } from "zod";
import { BACKUP_SCHEDULES } from "../constants.ts";
import { defineGroup } from "./define-group.ts";
import { wholeNumber } from "./fields.ts";

export const backups = defineGroup({
  key: "backups",
  title: "Backups",
  lead: "What can be brought back, and how we know.",
  schema: z.object({
    takeFirst: z.boolean({ error: "Say whether to take a backup now." }),
    schedule: z.enum(BACKUP_SCHEDULES, { error: "Choose how often." }),
    keepDays: wholeNumber(1, 3650, "Backups are kept 1 to 3650 days."),
  }),
  defaults: { takeFirst: true, schedule: "daily", keepDays: 30 },
  questions: [
    {
      field: "takeFirst",
      title: "Take the first backup now and prove it",
      why: "All production data is backed up, with evidence that it can be restored: the run restores it and counts the rows.",
    },
    {
      field: "schedule",
      title: "How often after that?",
      why: "What is lost is what was written since the last one. Noted for now: until schedules run, press Back up now on its page.",
      choices: { hourly: "Every hour", daily: "Every day", weekly: "Every week", none: "Never" },
    },
    { field: "keepDays", title: "Keep for, days", why: "Mistakes are often noticed weeks later.", advanced: true },
  ],
});
