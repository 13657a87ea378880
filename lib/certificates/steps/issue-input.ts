import { z } from "zod";
import { checkHostname } from "#lib/dns/names.ts";

/** As many names as a Let's Encrypt certificate holds. */
const MAX_NAMES = 100;
const MAX_LENGTH = 1_000;

const name = z.string().transform((text, ctx) => {
  const check = checkHostname(text, { wildcard: true });
  if (check.ok) return check.name;
  ctx.addIssue({ code: "custom", message: check.problem });
  return z.NEVER;
});

/** Input of the step `certificates.issue`: host names, with or without a star. They come out sorted. */
export const CertificateInput = z.strictObject({
  names: z
    .array(name)
    .min(1)
    .max(MAX_NAMES)
    .transform((names) => [...new Set(names)].sort())
    .refine(
      (names) => names.join(",").length <= MAX_LENGTH,
      `The names together are longer than ${MAX_LENGTH} characters.`,
    ),
});
export type CertificateInput = z.output<typeof CertificateInput>;
