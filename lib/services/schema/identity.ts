import { z } from "zod";
import { defineGroup } from "./define-group.ts";
import { refuseRepeats, serviceName, someWords, words } from "./fields.ts";

const schema = z
  .object({
    name: serviceName,
    purpose: someWords(500, "Say in a sentence what the service is for."),
    ownerId: z.string({ error: "Choose who owns the service." }).min(1, "Choose who owns the service.").max(36),
    dependsOn: z
      .array(z.object({ service: serviceName, reason: words(300) }), { error: "This must be a list." })
      .max(50, "50 dependencies are allowed."),
    affects: z
      .array(
        z.object({
          service: someWords(100, "Name what may be affected."),
          note: someWords(300, "Say how it may be affected."),
        }),
        { error: "This must be a list." },
      )
      .max(50, "50 entries are allowed."),
  })
  .superRefine(({ name, dependsOn }, ctx) => {
    refuseRepeats(
      ctx,
      dependsOn,
      "dependsOn",
      "service",
      (one) => one.service,
      (one) => `${one} is listed twice.`,
    );
    const itself = dependsOn.findIndex((one) => one.service === name);
    if (itself >= 0)
      ctx.addIssue({
        code: "custom",
        message: "A service cannot depend on itself.",
        path: ["dependsOn", itself, "service"],
      });
  });

export const identity = defineGroup({
  key: "identity",
  title: "What it is",
  lead: "A name, somebody who answers for it, and what stands or falls with it.",
  schema,
  defaults: { name: "", purpose: "", ownerId: "", dependsOn: [], affects: [] },
  questions: [
    {
      field: "name",
      title: "Name",
      why: "Every convention hangs on it: the secrets, the folder, the stack and the host names. It cannot change later.",
      hint: "pad-notes",
    },
    {
      field: "purpose",
      title: "What is it for?",
      why: "What is written down now need not be found out when it breaks or moves.",
      hint: "Shared notes for the design team",
    },
    {
      field: "ownerId",
      title: "Owner",
      why: "Somebody answers for it, gets its mail and is asked before it changes.",
    },
    {
      field: "dependsOn",
      title: "Depends on",
      why: "A service that leans on a retired or failing one fails with it.",
    },
    {
      field: "affects",
      title: "What may it affect?",
      why: "Impact on other services is settled before anything is created, so that nothing else fails because of it.",
      hint: "billing: writes to the same folder",
    },
  ],
});
