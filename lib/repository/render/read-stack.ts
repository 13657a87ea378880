import { findService, type ServiceSpec } from "#lib/integrations/docker/services.ts";
import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import { appServiceName, databaseServiceName, nameInSwarm } from "#lib/swarm/names.ts";
import { stackInputSchema } from "#lib/swarm/schema.ts";
import { buildStack } from "#lib/swarm/stack-spec.ts";

/** A stack as it runs: its specs from the swarm itself. Before it runs, those that its input would make. */
export async function readStack(
  stackName: string,
  raw: Record<string, unknown> | null,
  signal: AbortSignal,
): Promise<ServiceSpec[]> {
  const [database, app] = await Promise.all([
    findService(databaseServiceName(stackName), signal),
    findService(appServiceName(stackName), signal),
  ]);
  if (app) return [database, app].flatMap((one) => (one ? [one.Spec as ServiceSpec] : []));
  if (raw) return buildSpecs(raw);
  throw new AppError({
    code: "repository.no_stack",
    message: `The stack ${stackName} does not run, so there is nothing to write down.`,
    advice: "Deploy it first, then retry.",
    retry: "needs_person",
  });
}

function buildSpecs(raw: Record<string, unknown>): ServiceSpec[] {
  const input = stackInputSchema.parse(raw);
  const { database } = input;
  const wanted: { swarmName: string; version?: number | undefined }[] = [
    ...input.app.secrets,
    ...(database ? [database.passwordSecret, database.rootPasswordSecret].map((swarmName) => ({ swarmName })) : []),
  ];
  return buildStack(input, {
    networkId: input.networkName,
    secrets: new Map(
      wanted.map(({ swarmName, version = 1 }) => [swarmName, { id: "", name: nameInSwarm(swarmName, version) }]),
    ),
    publishMode: config().SWARM_PUBLISH_MODE,
    endpointMode: config().SWARM_ENDPOINT_MODE,
    stepId: 0,
  });
}
