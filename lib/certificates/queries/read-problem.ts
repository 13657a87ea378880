import { z } from "zod";
import type { OrderView } from "../types.ts";

const text = z.string().catch("");
/** What is kept of a failed order: a problem document, or words of the panel's own. */
const Stored = z.object({
  type: z.string().nullable().catch(null),
  title: text,
  detail: text,
  problem: text,
  names: z.array(z.string()).catch([]),
  subproblems: z
    .array(
      z.object({
        type: z.string().nullable().catch(null),
        detail: text,
        identifier: z.object({ value: z.string() }).nullable().catch(null),
      }),
    )
    .catch([]),
});

/** A stored problem for a page; null when there was none. */
export function readProblem(stored: unknown): OrderView["problem"] {
  const parsed = Stored.safeParse(stored);
  if (!parsed.success) return null;
  const { type, title, detail, problem, names, subproblems } = parsed.data;
  return {
    type,
    detail: problem || detail || title || "The authority gave no reason.",
    names,
    subproblems: subproblems.map((one) => ({
      name: one.identifier?.value ?? null,
      type: one.type,
      detail: one.detail,
    })),
  };
}
