import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { rotateSecret } from "#lib/secret-stores/commands/rotate-secret.ts";
import { listServiceSecrets } from "#lib/secret-stores/queries/list-service-secrets.ts";
import { rotatedSecret, rotateSchema, serviceSecrets } from "#lib/secret-stores/schema/views.ts";

const params = z.object({ serviceName: z.string().max(40) });

const list = defineRoute({
  method: "GET",
  path: "/services/{serviceName}/secrets",
  action: "secrets.read",
  summary: "A service's secrets with where each is used. No values.",
  params,
  output: serviceSecrets,
  handler: ({ actor, params: { serviceName } }) => listServiceSecrets(actor, serviceName),
});

const rotate = defineRoute({
  method: "POST",
  path: "/services/{serviceName}/secrets/rotate",
  action: "secrets.rotate",
  summary: "Gives a secret a new value, as a run: the old one opens until whoever uses it has the new one.",
  params,
  body: rotateSchema,
  output: rotatedSecret,
  status: 201,
  handler: ({ actor, params: { serviceName }, body }) => rotateSecret(actor, serviceName, body),
});

export const secretsRoutes = [list, rotate] as const;
