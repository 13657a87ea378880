import { z } from "zod";
import { LIST_FILTERS, PROSE_MAX, SCRIPT_MAX } from "../constants.ts";

const prose = (missing: string) =>
  z.string().trim().min(1, missing).max(PROSE_MAX, `Use ${PROSE_MAX} characters at most.`);

/** The before-action report. A draft may leave everything but its title empty. */
const TEXTS = {
  title: z.string().trim().min(3, "Give it a title of 3 characters at least.").max(200, "Use 200 characters at most."),
  cause: prose("Say what went wrong and why."),
  problem: prose("Say what is wrong with the data now."),
  procedure: prose("List the steps."),
  success: prose("Say how you will see that it worked."),
  statements: z
    .string()
    .trim()
    .min(1, "Write the statements that change the data.")
    .max(SCRIPT_MAX, `Use ${SCRIPT_MAX} characters at most.`),
};

/** What a proposal needs; a draft is checked for no more than `draftTexts`. */
export const reportTexts = z.strictObject(TEXTS);

const loose = (max: number) => z.string().trim().max(max, `Use ${max} characters at most.`).default("");
export const draftTexts = z.strictObject({
  title: TEXTS.title,
  cause: loose(PROSE_MAX),
  problem: loose(PROSE_MAX),
  procedure: loose(PROSE_MAX),
  success: loose(PROSE_MAX),
  statements: loose(SCRIPT_MAX),
});
export type DraftTexts = z.output<typeof draftTexts>;

export const newDataChangeSchema = draftTexts.extend({
  serviceName: z.string().min(1, "Choose the service.").max(40),
  environment: z.string().min(1).max(20),
});
export type NewDataChange = z.output<typeof newDataChangeSchema>;

/** `version`: of the text that was edited. */
export const editDataChangeSchema = draftTexts.extend({ version: z.number().int() });
export type EditDataChange = z.output<typeof editDataChangeSchema>;

export const versionSchema = z.strictObject({ version: z.number().int() });

/** `seal`: of the text that was read. */
export const decisionSchema = z
  .strictObject({
    decision: z.enum(["approve", "reject"]),
    seal: z.string().length(64),
    comment: z.string().trim().max(2_000, "Use 2000 characters at most.").default(""),
  })
  .refine(({ decision, comment }) => decision === "approve" || comment !== "", {
    path: ["comment"],
    message: "Say why, so that it can be proposed better.",
  });
export type Decision = z.output<typeof decisionSchema>;

/** `confirm`: the service's name, typed. */
export const startSchema = z.strictObject({ seal: z.string().length(64), confirm: z.string() });
export type StartDataChange = z.output<typeof startSchema>;

/** The after-action report. */
export const afterActionSchema = z.strictObject({
  expected: prose("Say what you expected to happen."),
  happened: prose("Say what happened."),
  /** Needed where the panel does not know it, and only there: what the database itself says. */
  carriedOut: z.boolean().optional(),
});
export type AfterAction = z.output<typeof afterActionSchema>;

export const listQuery = z.object({
  service: z.string().max(40).optional(),
  filter: z.enum(LIST_FILTERS).optional(),
  q: z.string().max(100).optional(),
  cursor: z.string().max(60).optional(),
  limit: z.coerce.number().int().min(1).max(100).optional(),
});
export type ListQuery = z.output<typeof listQuery>;
