import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { config } from "#lib/platform/config/config.ts";
import type { StackInput } from "#lib/swarm/schema.ts";
import { buildStack } from "#lib/swarm/stack-spec.ts";

const run = promisify(execFile);

/** Docker's own client, as a person would use it. */
export async function runDocker(argv: readonly string[]): Promise<string> {
  const { stdout } = await run("docker", ["--host", config().DOCKER_HOST, ...argv], { timeout: 120_000 });
  return stdout;
}

const seconds = (nanoseconds: number | undefined) => `${Math.round((nanoseconds ?? 0) / 1e9)}s`;

/** The specs that our step would write, as the compose file that makes Docker's client write the same. */
export function writeComposeFile(input: StackInput): string {
  const secretNames = [input.database?.passwordSecret, input.database?.rootPasswordSecret].filter((name) => name);
  const secrets = new Map(
    secretNames.map((name) => [String(name), { id: "looked up by the client", name: String(name) }]),
  );
  const { SWARM_PUBLISH_MODE: publishMode, SWARM_ENDPOINT_MODE: endpointMode } = config();
  const specs = buildStack(input, { networkId: "made by the client", secrets, publishMode, endpointMode, stepId: 0 });
  const services = specs.map((spec) => {
    const template = spec.TaskTemplate && "ContainerSpec" in spec.TaskTemplate ? spec.TaskTemplate : undefined;
    const container = template?.ContainerSpec;
    if (!template || !container) throw new Error(`${spec.Name} is no service of containers`);
    const health = container.HealthCheck ?? ("Healthcheck" in container ? container.Healthcheck : undefined);
    const { Test, Interval, Timeout, Retries, StartPeriod } = health as Record<string, never>;
    const memory = template.Resources?.Limits?.MemoryBytes;
    const shortName = spec.Name.slice(input.stackName.length + 1);
    return [
      shortName,
      {
        image: container.Image,
        environment: container.Env,
        secrets: container.Secrets?.map(({ SecretName, File }) => ({
          source: SecretName,
          target: File?.Name,
          mode: File?.Mode,
        })),
        volumes: container.Mounts?.map(({ Source, Target }) => `${Source}:${Target}`),
        healthcheck: {
          test: Test,
          interval: seconds(Interval),
          timeout: seconds(Timeout),
          retries: Retries,
          start_period: seconds(StartPeriod),
        },
        networks: { default: { aliases: template.Networks?.[0]?.Aliases } },
        deploy: {
          endpoint_mode: endpointMode,
          restart_policy: { condition: "any", delay: "2s" },
          ...(memory ? { resources: { limits: { memory: String(memory) } } } : {}),
        },
      },
    ];
  });
  const volume = input.database?.volumeName ?? "";
  const file = join(mkdtempSync(join(tmpdir(), "seaworthy-bench-")), "compose.yaml");
  const compose = {
    version: "3.8",
    services: Object.fromEntries(services),
    networks: { default: { driver: "overlay", name: input.networkName } },
    volumes: { [volume]: { name: volume } },
    secrets: Object.fromEntries(secretNames.map((name) => [name, { external: true, name }])),
  };
  // The client would put its own environment in place of $NAME.
  writeFileSync(file, stringify(compose).replaceAll("$", "$$$$"));
  return file;
}
