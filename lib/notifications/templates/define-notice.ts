import type { z } from "zod";
import type { Tx } from "#lib/platform/db/client.ts";
import type { Notice, NoticeContext } from "../types.ts";

/** A kind of mail, declared once: what it needs to be told, what it reads, what it says. */
export interface NoticeTemplate<I extends z.ZodRawShape = z.ZodRawShape, D = unknown> {
  /** Kebab case; the step's input names it. */
  template: string;
  /** Completes "a mail that …" in a dry run. */
  about: string;
  /** What the step's input holds besides `template` and `toUserId`: ids, never contents. */
  input: I;
  /** Null: what the mail is about is no more, so that there is nothing to say. */
  read(tx: Tx, input: z.output<z.ZodObject<I>>, scope: { environment: string | null }): Promise<D | null>;
  render(data: D, context: NoticeContext): Notice;
}

export const defineNotice = <const I extends z.ZodRawShape, D>(notice: NoticeTemplate<I, D>): NoticeTemplate<I, D> =>
  notice;
