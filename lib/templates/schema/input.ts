import { z } from "zod";
import { templateContentSchema } from "./content.ts";

export const templateKey = z
  .string()
  .max(40)
  .regex(/^[a-z0-9][a-z0-9-]*$/, "A checklist's key has small letters, digits and -.");
const title = z
  .string({ error: "Give the checklist a title." })
  .trim()
  .min(1, "Give the checklist a title.")
  .max(200, "200 characters at most.");
const note = z.string().trim().max(500, "500 characters at most.");

export const newTemplateSchema = z.strictObject({ title, content: templateContentSchema.default({ items: [] }) });
export type NewTemplate = z.output<typeof newTemplateSchema>;

export const saveDraftSchema = z.strictObject({
  /** The draft that was edited; an older one is refused. */
  rev: z.number().int(),
  title,
  note,
  content: templateContentSchema,
});
export type SaveDraft = z.output<typeof saveDraftSchema>;

export const publishSchema = z.strictObject({ rev: z.number().int(), note: note.min(1, "Say what changed, and why.") });
export type Publish = z.output<typeof publishSchema>;

export const readMarkdownSchema = z.strictObject({
  markdown: z.string().min(1, "Paste a list.").max(50_000, "50,000 characters at most."),
});

export const startChecklistSchema = z.strictObject({
  key: templateKey,
  /** What it is about: the run's title says so. Left out: the service's name. */
  subject: z.string().trim().max(100, "100 characters at most.").default(""),
  service: z.string().max(40).nullable(),
  environment: z.string().max(20).default("production"),
});
export type StartChecklist = z.output<typeof startChecklistSchema>;
