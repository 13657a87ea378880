import type { z } from "zod";
import type { GroupKey } from "../constants.ts";

/** One question of the wizard. The page renders these words; nothing else is written there. */
export interface Question<Field extends string = string> {
  /** The answer's field within its group. */
  field: Field;
  title: string;
  /** Why it is asked, in one line. */
  why: string;
  /** What a good answer looks like. */
  hint?: string;
  /** Words for the choices, by value. */
  choices?: Readonly<Record<string, string>>;
  /** Folded away until asked for: the default is right for most. */
  advanced?: boolean;
}

/** One page of the wizard: what it asks, what it starts from, and when one may continue. */
export interface Group<Schema extends z.ZodObject = z.ZodObject> {
  key: GroupKey;
  title: string;
  lead: string;
  schema: Schema;
  defaults: z.input<Schema>;
  questions: readonly Question<Extract<keyof z.input<Schema>, string>>[];
}

export const defineGroup = <Schema extends z.ZodObject>(group: Group<Schema>): Group<Schema> => group;
