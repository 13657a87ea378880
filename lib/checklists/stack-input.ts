import { DATABASE_SECRETS } from "#lib/services/constants.ts";
import { secretFullName, volumeOf } from "#lib/services/naming.ts";
import type { ProvisionContext } from "./types.ts";

function healthCheck({ answers: { placement }, ports }: ProvisionContext) {
  const timing = {
    intervalS: placement.healthIntervalS,
    timeoutS: placement.healthTimeoutS,
    retries: placement.healthRetries,
    startPeriodS: placement.healthStartPeriodS,
  };
  if (placement.healthKind === "none") return null;
  if (placement.healthKind === "command")
    return { kind: "command", argv: placement.healthCommand.filter((word) => word !== ""), ...timing };
  const port = placement.healthPort ?? ports.find((one) => one.protocol === "tcp")?.container;
  return { kind: "http", path: placement.healthPath, port, ...timing };
}

function appMounts({ answers: { data, placement }, names }: ProvisionContext) {
  const volumes = placement.volumes.map((one) => ({
    kind: "volume",
    source: volumeOf(names.stackName, one.name),
    target: one.target,
    readOnly: one.readOnly,
  }));
  if (!data.filesFolder) return volumes;
  return [{ kind: "folder", source: names.folder, target: data.filesTarget, readOnly: false }, ...volumes];
}

function nodeRule({ answers: { placement } }: ProvisionContext) {
  if (placement.nodeRule === "label") return { nodeLabel: placement.nodeLabel };
  if (placement.nodeRule === "hostname") return { hostname: placement.nodeHostname };
  return {};
}

function database({ answers: { data }, names, databaseImages }: ProvisionContext) {
  if (data.database === "none") return null;
  return {
    engine: data.database,
    image: databaseImages[data.database],
    volumeName: names.databaseVolume,
    databaseName: names.databaseName,
    userName: names.databaseUser,
    passwordSecret: names.databasePassword,
    rootPasswordSecret: names.databaseRootPassword,
    memoryMb: data.databaseMemoryMb,
  };
}

/** Input of `swarm.stack`: the service's app and, if it has one, its database. */
export function stackInput(context: ProvisionContext): Record<string, unknown> {
  const { answers, names, ports } = context;
  const { placement, secrets, data } = answers;
  const [password] = DATABASE_SECRETS;
  // The app signs in as its own user; the database's root password is for backups and restores only.
  const files = [...(data.database === "none" ? [] : [password]), ...secrets.others.map((one) => one.name)];
  return {
    stackName: names.stackName,
    serviceName: names.serviceName,
    environment: names.environment,
    networkName: names.networkName,
    app: {
      image: placement.image,
      replicas: placement.replicas,
      env: Object.fromEntries(placement.env.map((one) => [one.name, one.value])),
      secrets: files.map((name) => ({ swarmName: secretFullName(names.serviceName, name), fileName: name })),
      ports: ports
        .filter((one) => one.published !== null)
        .map((one) => ({ target: one.container, published: one.published, protocol: one.protocol })),
      mounts: appMounts(context),
      healthCheck: healthCheck(context),
      cpus: placement.cpus,
      memoryMb: placement.memoryMb,
      placement: nodeRule(context),
    },
    database: database(context),
  };
}
