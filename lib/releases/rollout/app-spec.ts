import { contentToStack } from "#lib/checklists/stack-input.ts";
import type { ServiceSpec } from "#lib/integrations/docker/services.ts";
import { findNetwork } from "#lib/integrations/docker/swarm.ts";
import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import { folderOf, type Naming } from "#lib/services/naming.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { resolveSecrets } from "#lib/swarm/ensure.ts";
import { isCertificateSecret, isOwnedBy } from "#lib/swarm/names.ts";
import { assertSafeSpec } from "#lib/swarm/safety.ts";
import { type StackInput, stackInputSchema } from "#lib/swarm/schema.ts";
import { buildStack } from "#lib/swarm/stack-spec.ts";
import { hasHealthCheck, listWantedSecrets, readFacts } from "#lib/swarm/steps/stack.ts";
import type { Runnable } from "../queries/read-deploy-job.ts";

export interface AppSpec {
  input: StackInput;
  spec: ServiceSpec;
  hasHealthCheck: boolean;
}

/** The app's service as a content wants it: the same, to the byte, as provisioning it would make. Touches nothing. */
export async function buildAppSpec(names: Naming, { content, template }: Runnable, ctx: StepContext): Promise<AppSpec> {
  const input = stackInputSchema.parse(contentToStack(content, names, template.database));
  const network = await findNetwork(input.networkName, ctx.signal);
  if (!network || !isOwnedBy(network.Labels, input))
    throw new AppError({
      code: "releases.no_network",
      message: `The swarm has no network ${input.networkName} of this service's.`,
      advice: "Retry the step of its provisioning that makes the stack.",
    });
  const secrets = await resolveSecrets(listWantedSecrets(input), input, ctx.signal);
  const specs = buildStack(input, { networkId: network.Id, secrets, ...readFacts(ctx) });
  const spec = specs.find(({ Name }) => Name === names.appService);
  if (!spec) throw new Error(`No spec was built for ${names.appService}`);
  const serviceFolder = folderOf(input.serviceName, config().SERVICES_ROOT, input.environment);
  assertSafeSpec(spec, { serviceFolder, networkId: network.Id });
  return { input, spec, hasHealthCheck: hasHealthCheck(spec) };
}

/** For a release that the one before cannot follow: Swarm must not put the old image on a database it does not know. */
export const withoutRollback = (spec: ServiceSpec): ServiceSpec => ({
  ...spec,
  ...(spec.UpdateConfig ? { UpdateConfig: { ...spec.UpdateConfig, FailureAction: "pause" as const } } : {}),
});

const SECOND = 1_000_000_000;
/** Beyond the longest a rollout is waited for. */
const MARGIN_S = 120;

/**
 * Keeps the task of before in service until the new one is healthy, for certain. Docker stops a container that it calls unhealthy,
 * and a program that then ends well, with exit code 0, makes its task "running" for a moment: enough for Swarm to take the old
 * task away. Within its start period no container is ever called unhealthy; whether one takes too long is judged by the panel.
 */
export function withPatience(spec: ServiceSpec): ServiceSpec {
  const template = spec.TaskTemplate;
  if (spec.UpdateConfig?.Order !== "start-first" || !template || !("ContainerSpec" in template)) return spec;
  const container = template.ContainerSpec as { Healthcheck?: { StartPeriod?: number } } | undefined;
  const check = container?.Healthcheck;
  const least = (config().SWARM_CONVERGE_TIMEOUT_S + MARGIN_S) * SECOND;
  // Without a test of its own the image's is taken.
  const Healthcheck = { ...check, StartPeriod: Math.max(check?.StartPeriod ?? 0, least) };
  return { ...spec, TaskTemplate: { ...template, ContainerSpec: { ...container, Healthcheck } } } as ServiceSpec;
}

/** How long a task may take to become healthy, as its own health check says; null: only Docker knows its health check. */
export function readPatienceMs({ app }: StackInput): number | null {
  const check = app.healthCheck;
  if (!check) return null;
  return (check.startPeriodS + check.retries * (check.intervalS + check.timeoutS) + 5) * 1000;
}

/** What Docker has, as the panel would wish for it: its certificates are another step's, and whoever writes the spec adds them again. */
export function withoutCertificates(spec: ServiceSpec): ServiceSpec {
  const template = spec.TaskTemplate;
  if (!template || !("ContainerSpec" in template) || !template.ContainerSpec?.Secrets) return spec;
  const secrets = template.ContainerSpec.Secrets as { SecretName?: string }[];
  const Secrets = secrets.filter(({ SecretName }) => !isCertificateSecret(SecretName ?? ""));
  return {
    ...spec,
    TaskTemplate: { ...template, ContainerSpec: { ...template.ContainerSpec, Secrets } },
  } as ServiceSpec;
}
