import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { startKeyChange } from "#lib/certificates/commands/start-key-change.ts";

const changeKey = defineRoute({
  method: "POST",
  path: "/acme-account/key",
  action: "certificates.changeAccountKey",
  summary: "Gives the panel's account at the certificate authority another key. Certificates are not affected.",
  params: z.object({}),
  output: z.object({ runId: z.number().int() }),
  status: 202,
  handler: ({ actor }) => startKeyChange(actor),
});

export const acmeAccountRoutes = [changeKey] as const;
