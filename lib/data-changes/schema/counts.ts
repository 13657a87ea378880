import { z } from "zod";
import { OUTCOMES } from "../constants.ts";

/** What a statement touched: rows changed, for a SELECT rows read. Never what is in them. */
export const statementCount = z.object({ line: z.number().int(), verb: z.string(), rows: z.number().int() });
export type StatementCount = z.output<typeof statementCount>;

/** What the statements would touch, from a transaction that was rolled back. */
export const previewSchema = z.object({
  /** Of the text it was made for. */
  seal: z.string(),
  byId: z.string().nullable(),
  statements: z.array(statementCount),
  /** Tables whose changes could not be taken back, which the statements may therefore not touch. */
  untouchable: z.array(z.string()),
});
export type Preview = z.output<typeof previewSchema>;

export const resultSchema = z.object({
  outcome: z.enum(OUTCOMES),
  /** In words, where nothing was changed. */
  why: z.string().nullable(),
  statements: z.array(statementCount),
  backupId: z.string().nullable(),
  at: z.iso.datetime(),
});
export type Result = z.output<typeof resultSchema>;
