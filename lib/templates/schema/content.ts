import { z } from "zod";
import { EVIDENCE_KINDS } from "#lib/runs/types.ts";
import { ITEM_ROLES, ITEMS_MAX, OPERATORS } from "../constants.ts";
import { isTooDeep, TOO_DEEP } from "../format/markdown-depth.ts";

const KEY = /^[a-z0-9][a-z0-9.-]{0,59}$/;
const itemKey = z.string().regex(KEY, "An item's key has small letters, digits, - and dots, 60 at most.");
const text = (max: number, error: string) =>
  z
    .string({ error })
    .max(max, `${max} characters at most.`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
    .refine((words) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(words), "It holds control characters.");
const wholeNumber = (max: number, error: string) => z.number({ error }).int(error).min(0, error).max(max, error);

/** One thing that has to be so for an item to be done. */
const conditionSchema = z
  .strictObject({
    /** Where the answer is: "data.database". */
    field: z.string().regex(/^[A-Za-z]\w{0,39}(\.\w{1,40}){0,3}$/, "Choose which answer is asked."),
    op: z.enum(OPERATORS),
    value: text(200, "Say what the answer is compared with.").default(""),
  })
  .superRefine(({ op, value }, ctx) => {
    if (op !== "is-set" && value.trim() === "")
      ctx.addIssue({ code: "custom", path: ["value"], message: "Say what the answer is compared with." });
  });

const EVERY = {
  /** All of them have to hold. */
  conditions: z.array(conditionSchema).max(10, "10 conditions are allowed.").default([]),
  /** Keys of items above that it waits for, besides what it waits for anyway. */
  after: z.array(itemKey).max(20, "20 items are allowed.").default([]),
  dueDays: wholeNumber(365, "Days are a whole number from 0 to 365, or empty.").nullable().default(null),
  estimateMinutes: wholeNumber(10_080, "Minutes are a whole number from 0 to 10080, or empty.")
    .nullable()
    .default(null),
};

/** An item the panel brings, with what the organisation wants otherwise; null: as the panel brings it. */
const builtInItem = z.strictObject({
  kind: z.literal("built-in"),
  key: itemKey,
  role: z.enum(ITEM_ROLES).nullable().default(null),
  evidence: z.enum(EVIDENCE_KINDS).nullable().default(null),
  /** Why this item, done by a person, is never done here. */
  leftOut: text(200, "Say why it is left out.").nullable().default(null),
  ...EVERY,
});

/** An item of the organisation's own: a person does it and shows that it was done. */
const ownItem = z.strictObject({
  kind: z.literal("own"),
  key: itemKey.startsWith("own.", "The key of an item of your own begins with own."),
  title: text(200, "Say what is to be done.").refine((words) => words.trim() !== "", "Say what is to be done."),
  instructions: text(10_000, "Say how it is done.")
    .refine((words) => !isTooDeep(words), TOO_DEEP)
    .default(""),
  role: z.enum(ITEM_ROLES, { error: "Choose who does it." }).default("staff"),
  evidence: z.enum(EVIDENCE_KINDS, { error: "Choose what shows that it was done." }).default("note"),
  /** The item of one's own that it is a part of: done after it, shown below it. */
  under: itemKey.nullable().default(null),
  ...EVERY,
});

/** What a revision of a checklist says: its items in their order. */
export const templateContentSchema = z.strictObject({
  items: z
    .array(z.discriminatedUnion("kind", [builtInItem, ownItem]))
    .max(ITEMS_MAX, `${ITEMS_MAX} items are allowed.`),
});

export type Condition = z.output<typeof conditionSchema>;
export type BuiltInItem = z.output<typeof builtInItem>;
export type OwnItem = z.output<typeof ownItem>;
export type TemplateItem = BuiltInItem | OwnItem;
export type TemplateContent = z.output<typeof templateContentSchema>;
export type TemplateContentInput = z.input<typeof templateContentSchema>;
