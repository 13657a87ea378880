import { z } from "zod";

export const MAIL_TEMPLATES = ["service-provisioned", "service-undone"] as const;

/** Input of the step `notifications.mail`. */
export const MailInput = z.strictObject({
  template: z.enum(MAIL_TEMPLATES),
  toUserId: z.uuid(),
  serviceId: z.uuid(),
});
export type MailInput = z.output<typeof MailInput>;
