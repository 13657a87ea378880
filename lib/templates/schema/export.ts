import { z } from "zod";

/** One line of a checklist that leaves the panel, with what is below it. */
export interface ExportedItem {
  key: string;
  title: string;
  /** Nothing is to be done any more: done, or left out. */
  done: boolean;
  /** In words: "done", "left out", "waits". */
  state: string;
  /** Why it is left out. */
  reason: string | null;
  /** What to do, Markdown. */
  instructions: string;
  /** What else is to be known of it, a sentence each. */
  facts: string[];
  items: ExportedItem[];
}

const exportedItem: z.ZodType<ExportedItem> = z.object({
  key: z.string(),
  title: z.string(),
  done: z.boolean(),
  state: z.string(),
  reason: z.string().nullable(),
  instructions: z.string(),
  facts: z.array(z.string()),
  get items() {
    return z.array(exportedItem);
  },
});

/** A checklist as it leaves the panel: for a file, a task manager or paper. */
export const exportedChecklist = z.object({
  format: z.literal("seaworthy-checklist/1"),
  title: z.string(),
  facts: z.array(z.object({ name: z.string(), value: z.string() })),
  answers: z.array(z.object({ group: z.string(), question: z.string(), answer: z.string() })),
  items: z.array(exportedItem),
});
export type ExportedChecklist = z.output<typeof exportedChecklist>;
