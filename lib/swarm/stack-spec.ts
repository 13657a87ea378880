import { createHash } from "node:crypto";
import type { ServiceSpec } from "#lib/integrations/docker/services.ts";
import { canonicalJson } from "#lib/platform/crypto.ts";
import { buildDatabaseHealthCheck, buildHealthCheck } from "./health-check.ts";
import { appServiceName, databaseServiceName, IMAGE_LABEL, LABELS, ownerLabels, STACK_LABEL } from "./names.ts";
import type { DatabaseInput, Mount, StackInput } from "./schema.ts";

const SECOND = 1_000_000_000;
const MEBIBYTE = 1_048_576;
const DATABASE_ALIAS = "db";
const DATABASE_PASSWORD_FILE = "db_pass";
const ROOT_PASSWORD_FILE = "db_root_pass";

/** What the swarm and the settings know and the input does not. */
export interface StackFacts {
  networkId: string;
  /** Swarm secret behind each name the input uses: the newest version. */
  secrets: ReadonlyMap<string, { id: string; name: string }>;
  publishMode: "ingress" | "host";
  endpointMode: "vip" | "dnsrr";
  stepId: number;
}

/** The service specs of a stack, database first. Pure: equal input and facts give equal specs. */
export function buildStack(input: StackInput, facts: StackFacts): ServiceSpec[] {
  const specs = [buildAppSpec(input, facts)];
  if (input.database) specs.unshift(buildDatabaseSpec(input, input.database, facts));
  return specs.map((spec) => ({ ...spec, Labels: { ...spec.Labels, [LABELS.spec]: fingerprint(spec) } }));
}

/** Of what decides how it runs; who made it (the step's label) does not. */
function fingerprint(spec: ServiceSpec): string {
  const { [LABELS.step]: _step, ...labels } = spec.Labels;
  return createHash("sha256")
    .update(canonicalJson({ ...spec, Labels: labels }))
    .digest("hex")
    .slice(0, 32);
}

function buildAppSpec(input: StackInput, facts: StackFacts): ServiceSpec {
  const { app } = input;
  const image = input.appImagePinned ?? app.image;
  const files = new Map(app.secrets.map((secret) => [secret.fileName, secret.swarmName]));
  if (input.database && !files.has(DATABASE_PASSWORD_FILE))
    files.set(DATABASE_PASSWORD_FILE, input.database.passwordSecret);
  // Two tasks at once must not write the same files, nor ask for the same port of a node.
  const exclusive =
    app.mounts.some((mount) => !mount.readOnly) || (facts.publishMode === "host" && app.ports.length > 0);
  const env = { ...(input.database ? describeDatabase(input.database) : {}), ...app.env };
  return {
    ...buildCommon(input, appServiceName(input.stackName), app.image, facts),
    TaskTemplate: {
      ContainerSpec: {
        Image: image,
        Labels: { [STACK_LABEL]: input.stackName },
        Env: toEnvList(env),
        Mounts: app.mounts.map((mount) => buildMount(mount, input)),
        Secrets: [...files].map(([fileName, swarmName]) => buildSecret(swarmName, fileName, facts)),
        ...withHealth(buildHealthCheck(app.healthCheck)),
      },
      Resources: buildLimits(app.cpus, app.memoryMb),
      ...buildTaskPolicy(app.placement),
      Networks: [{ Target: facts.networkId, Aliases: ["app"] }],
    },
    Mode: { Replicated: { Replicas: app.replicas } },
    ...buildUpdatePolicy(exclusive ? "stop-first" : "start-first"),
    EndpointSpec: {
      Mode: facts.endpointMode,
      Ports: app.ports.map((port) => ({
        Protocol: port.protocol,
        TargetPort: port.target,
        PublishedPort: port.published,
        PublishMode: facts.publishMode,
      })),
    },
  };
}

function buildDatabaseSpec(input: StackInput, database: DatabaseInput, facts: StackFacts): ServiceSpec {
  const image = input.databaseImagePinned ?? database.image;
  const data: Mount = {
    kind: "volume",
    source: database.volumeName,
    target: DATA_FOLDERS[database.engine],
    readOnly: false,
  };
  const secrets = [buildSecret(database.passwordSecret, DATABASE_PASSWORD_FILE, facts)];
  if (database.engine !== "postgresql")
    secrets.push(buildSecret(database.rootPasswordSecret, ROOT_PASSWORD_FILE, facts));
  return {
    ...buildCommon(input, databaseServiceName(input.stackName), database.image, facts),
    TaskTemplate: {
      ContainerSpec: {
        Image: image,
        Labels: { [STACK_LABEL]: input.stackName },
        Env: toEnvList(buildDatabaseEnv(database)),
        Mounts: [buildMount(data, input)],
        Secrets: secrets,
        // Time to write its pages before it is killed.
        StopGracePeriod: 60 * SECOND,
        ...withHealth(buildDatabaseHealthCheck(database)),
      },
      Resources: buildLimits(null, database.memoryMb),
      // Its volume is on one node: it goes where the app is told to go.
      ...buildTaskPolicy(input.app.placement),
      Networks: [{ Target: facts.networkId, Aliases: [DATABASE_ALIAS] }],
    },
    Mode: { Replicated: { Replicas: 1 } },
    ...buildUpdatePolicy("stop-first"),
    EndpointSpec: { Mode: facts.endpointMode },
  };
}

function buildCommon(input: StackInput, name: string, image: string, facts: StackFacts) {
  return {
    Name: name,
    Labels: { ...ownerLabels(input), [IMAGE_LABEL]: image, [LABELS.step]: String(facts.stepId) },
  };
}

const withHealth = (health: ReturnType<typeof buildHealthCheck>) => (health ? { Healthcheck: health } : {});

const toEnvList = (env: Record<string, string>) =>
  Object.entries(env)
    .map(([name, value]) => `${name}=${value}`)
    .sort();

function buildMount(mount: Mount, input: StackInput) {
  if (mount.kind === "folder")
    return { Type: "bind" as const, Source: mount.source, Target: mount.target, ReadOnly: mount.readOnly };
  return {
    Type: "volume" as const,
    Source: mount.source,
    Target: mount.target,
    ReadOnly: mount.readOnly,
    VolumeOptions: {
      NoCopy: false,
      Labels: ownerLabels(input),
      DriverConfig: { Name: "local", Options: {} },
    },
  };
}

function buildSecret(swarmName: string, fileName: string, facts: StackFacts) {
  const secret = facts.secrets.get(swarmName);
  if (!secret) throw new Error(`No swarm secret was looked up for ${swarmName}`);
  return {
    SecretID: secret.id,
    SecretName: secret.name,
    File: { Name: fileName, UID: "0", GID: "0", Mode: 0o444 },
  };
}

function buildLimits(cpus: number | null, memoryMb: number | null) {
  const limits = {
    ...(cpus === null ? {} : { NanoCPUs: Math.round(cpus * 1e9) }),
    ...(memoryMb === null ? {} : { MemoryBytes: memoryMb * MEBIBYTE }),
  };
  return Object.keys(limits).length > 0 ? { Limits: limits } : {};
}

function buildTaskPolicy(placement: StackInput["app"]["placement"]) {
  const { nodeLabel, hostname } = placement;
  const constraints = [
    ...(nodeLabel ? [`node.labels.${nodeLabel.replace("=", "==")}`] : []),
    ...(hostname ? [`node.hostname==${hostname}`] : []),
  ];
  return {
    RestartPolicy: { Condition: "any" as const, Delay: 2 * SECOND },
    Placement: constraints.length > 0 ? { Constraints: constraints } : {},
  };
}

/** Swarm's own default, to pause, leaves half-updated services behind. */
function buildUpdatePolicy(order: "start-first" | "stop-first") {
  const policy = { Parallelism: 1, Delay: 0, Monitor: 5 * SECOND, MaxFailureRatio: 0, Order: order };
  return {
    UpdateConfig: { ...policy, FailureAction: "rollback" as const },
    RollbackConfig: { ...policy, FailureAction: "pause" as const },
  };
}

const DATA_FOLDERS = {
  mariadb: "/var/lib/mysql",
  mysql: "/var/lib/mysql",
  postgresql: "/var/lib/postgresql/data",
} as const;

function buildDatabaseEnv({ engine, databaseName, userName }: DatabaseInput): Record<string, string> {
  const password = `/run/secrets/${DATABASE_PASSWORD_FILE}`;
  if (engine === "postgresql")
    return {
      POSTGRES_DB: databaseName,
      POSTGRES_USER: userName,
      POSTGRES_PASSWORD_FILE: password,
      PGDATA: `${DATA_FOLDERS.postgresql}/pgdata`,
    };
  const prefix = engine === "mariadb" ? "MARIADB" : "MYSQL";
  return {
    [`${prefix}_DATABASE`]: databaseName,
    [`${prefix}_USER`]: userName,
    [`${prefix}_PASSWORD_FILE`]: password,
    [`${prefix}_ROOT_PASSWORD_FILE`]: `/run/secrets/${ROOT_PASSWORD_FILE}`,
  };
}

/** What the app is told about its database; the password only as a file. */
function describeDatabase({ engine, databaseName, userName }: DatabaseInput): Record<string, string> {
  return {
    DATABASE_ENGINE: engine,
    DATABASE_HOST: DATABASE_ALIAS,
    DATABASE_PORT: engine === "postgresql" ? "5432" : "3306",
    DATABASE_NAME: databaseName,
    DATABASE_USER: userName,
    DATABASE_PASSWORD_FILE: `/run/secrets/${DATABASE_PASSWORD_FILE}`,
  };
}
