import { z } from "zod";
import { RISKS } from "../approval/count-needed.ts";

/** How many have to approve where. The browser checks with it too. */
export const approvalRuleSchema = z.strictObject({
  /** null: every environment but staging. */
  environment: z.string().trim().min(1).max(20).nullable(),
  /** null: whatever was found and answered. */
  risk: z.enum(RISKS).nullable(),
  approvals: z.number().int().min(0).max(10),
});
export type ApprovalRuleInput = z.output<typeof approvalRuleSchema>;
