import { z } from "zod";

const MAIL_TEMPLATES = ["service-provisioned", "service-undone"] as const;

/** Input of the step `notifications.mail`. */
export const MailInput = z.strictObject({
  template: z.enum(MAIL_TEMPLATES),
  toUserId: z.guid(),
  serviceId: z.guid(),
});
export type MailInput = z.output<typeof MailInput>;
