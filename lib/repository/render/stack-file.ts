import { Document } from "yaml";
import type { ServiceSpec } from "#lib/integrations/docker/services.ts";
import { STACK_LABEL } from "#lib/swarm/names.ts";
import { toComment } from "./nix-module.ts";

interface StackFile {
  serviceName: string;
  stackName: string;
  networkName: string;
  purpose: string;
  /** Database and app, as the swarm is given them. */
  specs: readonly ServiceSpec[];
}

const SECOND = 1_000_000_000;
const MEBIBYTE = 1_048_576;
const seconds = (nanoseconds: number | undefined) =>
  nanoseconds === undefined ? undefined : `${nanoseconds / SECOND}s`;

/** Of the swarm's own bookkeeping: says who made it, not how it runs. */
const isOwn = (label: string) => label.startsWith("seaworthy.") || label.startsWith("com.docker.stack.");

/** Compose expands `$NAME` in values; a value that holds a dollar keeps it by doubling. */
const literal = (text: string) => text.replaceAll("$", "$$$$");

function omitEmpty<T extends Record<string, unknown>>(fields: T): Partial<T> {
  const kept = Object.entries(fields).filter(([, value]) => {
    if (value === undefined || value === null) return false;
    return typeof value !== "object" || Object.keys(value).length > 0;
  });
  return Object.fromEntries(kept) as Partial<T>;
}

type ContainerSpec = NonNullable<Extract<ServiceSpec["TaskTemplate"], { ContainerSpec?: unknown }>["ContainerSpec"]>;

const containerOf = (spec: ServiceSpec): ContainerSpec | undefined =>
  spec.TaskTemplate && "ContainerSpec" in spec.TaskTemplate ? spec.TaskTemplate.ContainerSpec : undefined;

function describeEnv(env: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    env.map((line) => {
      const at = line.indexOf("=");
      return [line.slice(0, at), literal(line.slice(at + 1))];
    }),
  );
}

function describeService(spec: ServiceSpec): Record<string, unknown> {
  const container = containerOf(spec);
  const task = spec.TaskTemplate;
  const health =
    container && "Healthcheck" in container ? (container.Healthcheck as HealthCheck) : container?.HealthCheck;
  const limits = task?.Resources?.Limits;
  const update = spec.UpdateConfig;
  return omitEmpty({
    image: container?.Image,
    environment: describeEnv(container?.Env),
    secrets: (container?.Secrets ?? []).map((one) => ({ source: one.SecretName, target: one.File?.Name })),
    ports: (spec.EndpointSpec?.Ports ?? []).map((port) => ({
      target: port.TargetPort,
      published: port.PublishedPort,
      protocol: port.Protocol,
      mode: port.PublishMode,
    })),
    volumes: (container?.Mounts ?? []).map((mount) =>
      omitEmpty({
        type: mount.Type,
        source: mount.Source,
        target: mount.Target,
        read_only: mount.ReadOnly || undefined,
      }),
    ),
    healthcheck: health?.Test
      ? omitEmpty({
          test: health.Test.map(literal),
          interval: seconds(health.Interval),
          timeout: seconds(health.Timeout),
          retries: health.Retries,
          start_period: seconds(health.StartPeriod),
        })
      : undefined,
    stop_grace_period: seconds(container?.StopGracePeriod),
    networks: { default: { aliases: task?.Networks?.[0]?.Aliases ?? [] } },
    deploy: omitEmpty({
      replicas: spec.Mode?.Replicated?.Replicas,
      endpoint_mode: spec.EndpointSpec?.Mode,
      resources: omitEmpty({
        limits: omitEmpty({
          cpus: limits?.NanoCPUs === undefined ? undefined : String(limits.NanoCPUs / 1e9),
          memory: limits?.MemoryBytes === undefined ? undefined : `${Math.round(limits.MemoryBytes / MEBIBYTE)}M`,
        }),
      }),
      placement: omitEmpty({ constraints: task?.Placement?.Constraints ?? [] }),
      restart_policy: omitEmpty({
        condition: task?.RestartPolicy?.Condition,
        delay: seconds(task?.RestartPolicy?.Delay),
      }),
      update_config: omitEmpty({
        parallelism: update?.Parallelism,
        order: update?.Order,
        failure_action: update?.FailureAction,
        monitor: seconds(update?.Monitor),
      }),
      labels: Object.fromEntries(Object.entries(spec.Labels ?? {}).filter(([label]) => !isOwn(label))),
    }),
  });
}

interface HealthCheck {
  Test?: string[];
  Interval?: number;
  Timeout?: number;
  Retries?: number;
  StartPeriod?: number;
}

/** The stack as a file for `docker stack deploy`. Passwords are secrets of the swarm's; only their names are in it. */
export function renderStackFile({ serviceName, stackName, networkName, purpose, specs }: StackFile): string {
  const prefix = `${stackName}_`;
  const containers = specs.map(containerOf);
  const volumes = containers.flatMap((one) =>
    (one?.Mounts ?? []).flatMap((mount) => (mount.Type === "volume" && mount.Source ? [mount.Source] : [])),
  );
  const secrets = containers.flatMap((one) => (one?.Secrets ?? []).map((secret) => secret.SecretName ?? ""));
  const document = new Document(
    omitEmpty({
      version: "3.8",
      services: Object.fromEntries(specs.map((spec) => [spec.Name?.replace(prefix, ""), describeService(spec)])),
      networks: { default: { name: networkName, driver: "overlay", attachable: false } },
      volumes: Object.fromEntries([...new Set(volumes)].sort().map((name) => [name, { name }])),
      secrets: Object.fromEntries([...new Set(secrets)].sort().map((name) => [name, { external: true }])),
    }),
  );
  document.commentBefore = [
    ` ${serviceName}: ${toComment(purpose)}`,
    ` Written by Seaworthy: stack ${stackName} as it was deployed (${STACK_LABEL}).`,
  ].join("\n");
  return document.toString({ lineWidth: 0 });
}
