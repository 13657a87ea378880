import { z } from "zod";

/** One setting of the panel. */
export interface Setting<T = unknown> {
  schema: z.ZodType<T>;
  /** One sentence for the operator. */
  about: string;
  group: string;
  /** Read from /run/secrets/NAME (or the environment when SECRETS_OVERRIDE is set); never printed. */
  secret?: boolean;
  /** Shown in .env.example instead of the default. */
  example?: string;
}

export const setting = <S extends z.ZodType>(
  schema: S,
  group: string,
  about: string,
  more: { secret?: boolean; example?: string } = {},
) => ({ schema, group, about, ...more });

export const flag = z
  .enum(["0", "1", "true", "false", ""])
  .default("0")
  .transform((value) => value === "1" || value === "true");
export const port = (value: number) => z.coerce.number().int().min(1).max(65535).default(value);
export const seconds = (value: number) => z.coerce.number().int().min(1).default(value);
export const list = z
  .string()
  .default("")
  .transform((value) => value.split(/[\s,]+/).filter(Boolean));

export const hostname = z
  .string()
  .toLowerCase()
  .regex(
    /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/,
    "is not a domain name such as example.org",
  );

export const optionalUrl = z.union([z.literal(""), z.url({ protocol: /^https?$/ })]).default("");

const isPattern = (text: string) => {
  try {
    return Boolean(new RegExp(text));
  } catch {
    return false;
  }
};
export const pattern = (value: string) => z.string().refine(isPattern, "is not a regular expression").default(value);
