import { z } from "zod";
import { BLOCKED_MATCHES } from "../constants.ts";

export const blockedNameView = z.object({
  id: z.string(),
  pattern: z.string(),
  /** exact: the whole part between two dots · contains: anywhere in it */
  match: z.enum(BLOCKED_MATCHES),
  reason: z.string(),
  createdBy: z.object({ id: z.string(), name: z.string() }).nullable(),
  createdAt: z.iso.datetime(),
});
export const blockedNameList = z.object({ items: z.array(blockedNameView) });

export const blockedNameInput = z.strictObject({
  pattern: z
    .string()
    .trim()
    .toLowerCase()
    .min(1, "Give the word.")
    .max(63, "A part of a name has at most 63 characters.")
    .regex(
      /^[\p{L}\p{M}\p{N}_-]+$/u,
      "Only letters, digits, hyphens and underscores: one part of a name, without dots.",
    ),
  match: z.enum(BLOCKED_MATCHES),
  reason: z
    .string()
    .trim()
    .min(1, "Say why: people who are refused read it.")
    .max(300, "This is longer than 300 characters."),
});
