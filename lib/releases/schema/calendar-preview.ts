import { z } from "zod";
import { calendarRuleSchema } from "./release.ts";

const instant = z.iso.datetime();

/** A rule's time, while the rule is being written. */
export const calendarPreviewSchema = z.strictObject({ time: calendarRuleSchema.shape.time });

export const calendarRulePreview = z.object({
  /** The next times it would hold, the present one among them; empty: never again. */
  next: z.array(z.object({ from: instant, until: instant })),
  holdsNow: z.boolean(),
});
export type CalendarRulePreview = z.output<typeof calendarRulePreview>;
