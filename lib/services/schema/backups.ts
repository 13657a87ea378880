import { z } from "zod";
import { BACKUP_SCHEDULES } from "../constants.ts";
import { defineGroup } from "./define-group.ts";
import { timeZone, wholeNumber } from "./fields.ts";

export const backups = defineGroup({
  key: "backups",
  title: "Backups",
  lead: "What can be brought back, and how we know.",
  schema: z.object({
    takeFirst: z.boolean({ error: "Say whether to take a backup now." }),
    schedule: z.enum(BACKUP_SCHEDULES, { error: "Choose how often." }),
    // Answers of before were kept without these three.
    hour: wholeNumber(0, 23, "The hour is a whole number from 0 to 23.").default(2),
    timeZone: timeZone.default("UTC"),
    targetId: z.uuid("Choose a target.").nullable().default(null),
    keepDays: wholeNumber(1, 3650, "Backups are kept 1 to 3650 days."),
  }),
  defaults: { takeFirst: true, schedule: "daily", hour: 2, timeZone: "UTC", targetId: null, keepDays: 30 },
  questions: [
    {
      field: "takeFirst",
      title: "Take the first backup now and prove it",
      why: "All production data is backed up, with evidence that it can be restored: the run restores it and compares.",
    },
    {
      field: "schedule",
      title: "How often after that?",
      why: "What is lost is what was written since the last one. Whoever looks after it hears when one fails or is overdue.",
      choices: { hourly: "Every hour", daily: "Every day", weekly: "Every Sunday", none: "Only when somebody asks" },
    },
    {
      field: "hour",
      title: "At what hour?",
      why: "When few people work with it; it starts within the half hour after.",
      hint: "2",
    },
    {
      field: "timeZone",
      title: "In which time zone?",
      why: "Its days are also the days that are kept.",
      hint: "America/Vancouver",
      advanced: true,
    },
    {
      field: "targetId",
      title: "Where to?",
      why: "A place that does not burn down together with the service.",
      hint: "Empty: the default target",
    },
    { field: "keepDays", title: "Keep for, days", why: "Mistakes are often noticed weeks later.", advanced: true },
  ],
});
