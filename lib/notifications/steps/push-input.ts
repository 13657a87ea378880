import { z } from "zod";
import { findNotice } from "./mail-input.ts";

const BASE = { template: z.string(), channel: z.enum(["webhook", "ntfy"]) };

/** Input of the step `notifications.push`: checked by the template it names, as that of a mail is. */
export const PushInput = z.looseObject(BASE).transform((given, ctx): z.output<z.ZodObject<typeof BASE>> => {
  const notice = findNotice(given.template);
  const checked = notice && z.strictObject({ ...BASE, ...notice.input }).safeParse(given);
  if (checked?.success) return checked.data;
  ctx.addIssue({ code: "custom", path: ["template"], message: checked?.error.message ?? "There is no such notice." });
  return z.NEVER;
});
export type PushInput = z.output<typeof PushInput>;
