import { z } from "zod";
import { DATABASE_SECRETS, SECRET_SOURCES } from "../constants.ts";
import { defineGroup } from "./define-group.ts";
import { refuseRepeats, words } from "./fields.ts";

const NAME =
  "A secret's name has small letters, digits and _, begins with a letter, ends with a letter or digit, and has 40 characters at most.";

export const secretName = z
  .string({ error: "Name the secret." })
  .regex(/^[a-z]([a-z0-9_]{0,38}[a-z0-9])?$/, NAME)
  .refine(
    (name) => !(DATABASE_SECRETS as readonly string[]).includes(name),
    "The panel makes this one itself when the service has a database.",
  );

/** Names and purposes only: values never come into answers. */
const secret = z.object({
  name: secretName,
  purpose: words(200),
  source: z.enum(SECRET_SOURCES, { error: "Choose where the value comes from." }),
});

export const secrets = defineGroup({
  key: "secrets",
  title: "Secrets",
  lead: "Passwords and keys, kept encrypted and given to the service as files.",
  schema: z
    .object({ others: z.array(secret, { error: "This must be a list." }).max(50, "50 secrets are allowed.") })
    .superRefine(({ others }, ctx) =>
      refuseRepeats(
        ctx,
        others,
        "others",
        "name",
        (one) => one.name,
        (one) => `${one} is listed twice.`,
      ),
    ),
  defaults: { others: [] },
  questions: [
    {
      field: "others",
      title: "Does it need any other secrets?",
      why: "Each is named services.<name>.<secret>, so that everybody finds it and nothing is left behind later.",
      hint: "smtp_password",
      choices: { generate: "Generate a random value", stored: "I will give the value" },
    },
  ],
});
