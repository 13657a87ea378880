import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { addEnvironment, planEnvironment } from "#lib/releases/commands/add-environment.ts";
import { saveConfig, saveSoak } from "#lib/releases/commands/save-config.ts";
import { saveSecret } from "#lib/releases/commands/save-secret.ts";
import { getConfig } from "#lib/releases/queries/get-config.ts";
import { listEnvironments } from "#lib/releases/queries/list-environments.ts";
import {
  addEnvironmentSchema,
  newEnvironmentSchema,
  saveConfigSchema,
  saveSecretSchema,
  soakSchema,
} from "#lib/releases/schema/environment.ts";
import { environmentConfigView, environmentList, environmentPlan } from "#lib/releases/schema/views.ts";

const serviceParams = z.object({ serviceName: z.string().max(40) });
const params = serviceParams.extend({ environment: z.string().max(20) });
const startedRun = z.object({ runId: z.number().int(), created: z.boolean() });

const list = defineRoute({
  method: "GET",
  path: "/services/{serviceName}/environments",
  action: "environments.read",
  summary: "A service's environments, each with what runs there.",
  params: serviceParams,
  output: environmentList,
  handler: ({ actor, params: { serviceName } }) => listEnvironments(actor, serviceName),
});

const plan = defineRoute({
  method: "POST",
  path: "/services/{serviceName}/environments/plan",
  action: "environments.add",
  summary: "What adding an environment would do, touching nothing; its hash is needed to add it.",
  params: serviceParams,
  body: newEnvironmentSchema,
  output: environmentPlan,
  handler: ({ actor, params: { serviceName }, body }) => planEnvironment(actor, serviceName, body),
});

const add = defineRoute({
  method: "POST",
  path: "/services/{serviceName}/environments",
  action: "environments.add",
  summary: "Adds an environment as it was planned; answers with the run.",
  params: serviceParams,
  body: addEnvironmentSchema,
  output: startedRun,
  status: 202,
  handler: ({ actor, params: { serviceName }, body }) => addEnvironment(actor, serviceName, body),
});

const readConfig = defineRoute({
  method: "GET",
  path: "/services/{serviceName}/environments/{environment}/config",
  action: "environments.read",
  summary: "An environment's settings: the newest version, or one that is named.",
  params,
  query: z.object({ version: z.coerce.number().int().min(1).optional() }),
  output: environmentConfigView,
  handler: ({ actor, params: { serviceName, environment }, query: { version } }) =>
    getConfig(actor, serviceName, environment, version),
});

const writeConfig = defineRoute({
  method: "PUT",
  path: "/services/{serviceName}/environments/{environment}/config",
  action: "environments.edit",
  summary: "Keeps an environment's settings as a new version, which runs with the next deployment.",
  params,
  body: saveConfigSchema,
  output: environmentConfigView,
  handler: ({ actor, params: { serviceName, environment }, body }) => saveConfig(actor, serviceName, environment, body),
});

const writeSoak = defineRoute({
  method: "PUT",
  path: "/services/{serviceName}/environments/{environment}/soak",
  action: "environments.edit",
  summary: "Says how long a deployment has to be good before it is done.",
  params,
  body: soakSchema,
  output: z.object({}),
  async handler({ actor, params: { serviceName, environment }, body }) {
    await saveSoak(actor, serviceName, environment, body.soakS);
    return {};
  },
});

const writeSecret = defineRoute({
  method: "PUT",
  path: "/services/{serviceName}/environments/{environment}/secrets/{secret}",
  action: "environments.edit",
  summary: "Gives one of an environment's secrets a new value, which the app is given with the next deployment.",
  params: params.extend({ secret: z.string().max(40) }),
  body: saveSecretSchema,
  output: z.object({ version: z.number().int() }),
  handler: ({ actor, params: { serviceName, environment, secret }, body: { value } }) =>
    saveSecret(actor, serviceName, environment, { name: secret, value }),
});

export const environmentsRoutes = [list, plan, add, readConfig, writeConfig, writeSoak, writeSecret] as const;
