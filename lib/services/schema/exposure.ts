import { z } from "zod";
import { AUDIENCES } from "../constants.ts";
import { defineGroup } from "./define-group.ts";
import { hostname, refuseRepeats } from "./fields.ts";

const schema = z
  .object({
    audience: z.enum(AUDIENCES, { error: "Choose who reaches it." }),
    defaultHostname: z.boolean(),
    directHostname: z.boolean(),
    extraHostnames: z.array(hostname, { error: "This must be a list." }).max(20, "20 host names are allowed."),
    certificate: z.boolean({ error: "Say whether it needs a certificate." }),
  })
  .superRefine((answers, ctx) => {
    refuseRepeats(
      ctx,
      answers.extraHostnames,
      "extraHostnames",
      "",
      (one) => one,
      (one) => `${one} is listed twice.`,
    );
    if (answers.audience === "public" && !answers.defaultHostname && answers.extraHostnames.length === 0)
      ctx.addIssue({
        code: "custom",
        message: "A public service needs one host name at least.",
        path: ["defaultHostname"],
      });
  });

export const exposure = defineGroup({
  key: "exposure",
  title: "Exposure",
  lead: "Who reaches it, and under which names.",
  schema,
  defaults: { audience: "public", defaultHostname: true, directHostname: true, extraHostnames: [], certificate: true },
  questions: [
    {
      field: "audience",
      title: "Is it exposed to the public internet?",
      why: "Only what must be reached from outside gets a name and a certificate; the rest stays behind the firewall.",
      choices: { internal: "No, internal only", public: "Yes, public" },
    },
    {
      field: "defaultHostname",
      title: "Its own name under the root domain",
      why: "The convention: people find a service under its name.",
    },
    {
      field: "directHostname",
      title: "A second name straight to the server",
      why: "When a proxy in front fails, the service can still be reached and checked under direct.<name>.",
      advanced: true,
    },
    {
      field: "extraHostnames",
      title: "Other host names",
      why: "Each name belongs to one service only; two claims are refused here, not found out later.",
      hint: "pads.example.org",
      advanced: true,
    },
    {
      field: "certificate",
      title: "Certificate",
      why: "What is public is encrypted; the panel renews it and lists it while it lives.",
    },
  ],
});
