import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { createCredential, removeCredential, updateCredential } from "#lib/registries/commands/save-credential.ts";
import { startCheck } from "#lib/registries/commands/start-check.ts";
import { listCredentials } from "#lib/registries/queries/list-credentials.ts";
import { registryCredentialSchema } from "#lib/releases/schema/release.ts";
import { registryCredentialList, registryCredentialView } from "#lib/releases/schema/views.ts";

const params = z.object({ credentialId: z.uuid() });

const list = defineRoute({
  method: "GET",
  path: "/registry-credentials",
  action: "registries.read",
  summary: "The accounts the panel has at private registries, without their passwords.",
  output: registryCredentialList,
  handler: ({ actor }) => listCredentials(actor),
});

const create = defineRoute({
  method: "POST",
  path: "/registry-credentials",
  action: "registries.manage",
  summary: "Keeps an account at a registry and tries it. Its password is never given out again.",
  body: registryCredentialSchema,
  output: registryCredentialView,
  status: 201,
  handler: ({ actor, body }) => createCredential(actor, body),
});

const edit = defineRoute({
  method: "PUT",
  path: "/registry-credentials/{credentialId}",
  action: "registries.manage",
  summary: "Changes an account; without a password the one that is kept stays.",
  params,
  body: registryCredentialSchema.extend({ version: z.number().int() }),
  output: registryCredentialView,
  handler: ({ actor, params: { credentialId }, body }) => updateCredential(actor, credentialId, body),
});

const remove = defineRoute({
  method: "DELETE",
  path: "/registry-credentials/{credentialId}",
  action: "registries.manage",
  summary: "Forgets an account and destroys its password.",
  params,
  output: z.object({}),
  async handler({ actor, params: { credentialId } }) {
    await removeCredential(actor, credentialId);
    return {};
  },
});

const check = defineRoute({
  method: "POST",
  path: "/registry-credentials/{credentialId}/check",
  action: "registries.manage",
  summary: "Signs in with an account now; answers with the run.",
  params,
  output: z.object({ runId: z.number().int() }),
  status: 202,
  handler: ({ actor, params: { credentialId } }) => startCheck(actor, credentialId),
});

export const registriesRoutes = [list, create, edit, remove, check] as const;
