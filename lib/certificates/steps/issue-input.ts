import { z } from "zod";
import { checkHostname } from "#lib/dns/names.ts";
import { NAMES_CHARS_MAX, NAMES_MAX } from "../constants.ts";

const name = z.string().transform((text, ctx) => {
  const check = checkHostname(text, { wildcard: true });
  if (check.ok) return check.name;
  ctx.addIssue({ code: "custom", message: check.problem });
  return z.NEVER;
});

/** Input of the step `certificates.issue`: host names, with or without a star. They come out sorted. */
export const CertificateInput = z.strictObject({
  /** The row that a person's request made; without it, the certificate of the run's service for these names. */
  certificateId: z.guid().optional(),
  names: z
    .array(name)
    .min(1)
    .max(NAMES_MAX)
    .transform((names) => [...new Set(names)].sort())
    .refine(
      (names) => names.join(",").length <= NAMES_CHARS_MAX,
      `The names together are longer than ${NAMES_CHARS_MAX} characters.`,
    ),
});
export type CertificateInput = z.output<typeof CertificateInput>;
