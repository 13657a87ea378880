import { z } from "zod";
import { NOTICES } from "../templates/all.ts";
import type { NoticeTemplate } from "../templates/define-notice.ts";

/** What every mail's input has; the template adds its own ids. */
const BASE = { template: z.string(), toUserId: z.guid() };

/** The template of a name, its own types forgotten. */
export const findNotice = (template: string) =>
  (NOTICES as readonly unknown[] as readonly NoticeTemplate[]).find((one) => one.template === template);

/** Input of the step `notifications.mail`: checked by the template it names. */
export const MailInput = z.looseObject(BASE).transform((given, ctx): z.output<z.ZodObject<typeof BASE>> => {
  const notice = findNotice(given.template);
  if (!notice) {
    ctx.addIssue({ code: "custom", path: ["template"], message: "There is no such mail." });
    return z.NEVER;
  }
  const checked = z.strictObject({ ...BASE, ...notice.input }).safeParse(given);
  if (checked.success) return checked.data;
  for (const issue of checked.error.issues) ctx.addIssue({ ...issue, code: "custom", message: issue.message });
  return z.NEVER;
});
export type MailInput = z.output<typeof MailInput>;
