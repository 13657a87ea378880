import type { Tx } from "#lib/platform/db/client.ts";
import type { TargetState } from "../schema/deployment-views.ts";
import { readSecretVersions } from "./build-content.ts";
import { readConfig, readRunning } from "./find-environment.ts";

export type ObservedServices = TargetState["services"];

const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);

/**
 * What an environment is now: what was deployed, the newest settings and secrets (of what runs there and of what would), and the
 * services of its stack. Those come from the workers' last look at the swarm, or from whoever asked Docker itself.
 */
export async function readTargetState(
  tx: Tx,
  environment: {
    id: string;
    name: string;
    stackName: string;
    currentId: string | null;
    soakS: number;
    service: { name: string };
  },
  wanted: { secrets: Record<string, number> } | null,
  asked?: ObservedServices,
): Promise<TargetState> {
  const running = await readRunning(tx, environment);
  const settings = await readConfig(tx, environment.id);
  const place = { serviceName: environment.service.name, environment: environment.name };
  const files = new Set([...Object.keys(running?.content.secrets ?? {}), ...Object.keys(wanted?.secrets ?? {})]);
  const services =
    asked ??
    (await tx.swarmService.findMany({
      where: { stack: environment.stackName },
      select: { name: true, image: true, specLabel: true },
    }));
  return {
    deploymentId: environment.currentId,
    configVersion: settings?.version ?? null,
    secretVersions: await readSecretVersions(tx, place, [...files]),
    services: services.map(({ name, image, specLabel }) => ({ name, image, specLabel })).sort(byName),
    soakS: environment.soakS,
  };
}
