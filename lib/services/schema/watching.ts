import { z } from "zod";
import { MONITORS } from "../constants.ts";
import { defineGroup } from "./define-group.ts";
import { wholeNumber, words } from "./fields.ts";

const schema = z
  .object({
    monitored: z.boolean({ error: "Say whether it is watched." }),
    checkPath: words(500),
    expectedStatus: wholeNumber(100, 599, "A status is a whole number from 100 to 599, such as 200."),
    monitors: z.array(z.enum(MONITORS, { error: "Choose from the list." }), { error: "This must be a list." }),
  })
  .superRefine((answers, ctx) => {
    if (answers.monitored && !/^\/[\x21-\x7e]*$/.test(answers.checkPath))
      ctx.addIssue({ code: "custom", message: "The path begins with a slash, such as /.", path: ["checkPath"] });
  });

export const watching = defineGroup({
  key: "watching",
  title: "Watching",
  lead: "Who notices first when it stops.",
  schema,
  defaults: { monitored: true, checkPath: "/", expectedStatus: 200, monitors: ["uptime-kuma"] },
  questions: [
    {
      field: "monitored",
      title: "Does it need to be monitored?",
      why: "When something breaks, you learn it from a check and not from its users.",
    },
    {
      field: "checkPath",
      title: "Page to ask for",
      why: "One that fails when the service cannot work.",
      hint: "/healthz",
    },
    { field: "expectedStatus", title: "Expected status", why: "Anything else counts as down.", hint: "200" },
    {
      field: "monitors",
      title: "Add it to",
      why: "The panel looks at the page itself; these notice when the panel does not. Where one is not set up, the run reminds you.",
      choices: { "uptime-kuma": "Uptime Kuma", healthchecks: "Healthchecks" },
    },
  ],
});
