import { randomUUID } from "node:crypto";
import { insertPolicy } from "#lib/backups/commands/write-policy.ts";
import { OWN_DISK_TARGET } from "#lib/backups/constants.ts";
import { choosePointKey } from "#lib/backups/dump/paths.ts";
import { DEFAULT_POLICY, type PolicySettings } from "#lib/backups/schema/policy.ts";
import { DEFAULT_RETENTION } from "#lib/backups/schema/retention.ts";
import type { BackupSource } from "#lib/backups/schema/source.ts";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { nameEverything } from "#lib/services/naming.ts";

/** A live service in the panel's tables alone. */
export async function createServiceRow(ownerId: string, name = `svc-${randomUUID().slice(0, 8)}`) {
  const service = { id: randomUUID(), name };
  await db().service.create({ data: { ...service, purpose: "A test", ownerId, state: "live" } });
  return service;
}

/** The database that provisioning would have made for a service of that name. */
export function sourceOf(serviceName: string): BackupSource {
  const names = nameEverything(serviceName, { rootDomain: "example.org", servicesRoot: "/srv" });
  return {
    kind: "mariadb",
    stackName: names.stackName,
    swarmService: names.databaseService,
    databaseName: names.databaseName,
    userName: names.databaseUser,
    passwordSecret: names.databasePassword,
    rootPasswordSecret: names.databaseRootPassword,
  };
}

/** No proof begins by itself: tests choose their own days. */
export const SETTINGS: PolicySettings = {
  ...DEFAULT_POLICY,
  verification: { ...DEFAULT_POLICY.verification, cron: null, randomOlder: false },
  recipients: [],
  retention: DEFAULT_RETENTION,
  targetId: OWN_DISK_TARGET,
};

/** A policy as people and provisioning make them; its times follow from `now`. */
export const createPolicyRow = (
  service: { id: string; name: string } | null,
  settings: Partial<PolicySettings> & { name?: string; source?: BackupSource } = {},
  now = new Date(),
): Promise<string> => {
  const {
    name = "database",
    source = service ? sourceOf(service.name) : { kind: "panel" as const },
    ...rest
  } = settings;
  const serviceId = service?.id ?? null;
  const policy = { ...SETTINGS, ...rest, name, source, serviceId, environment: "production" };
  return transaction((tx) => insertPolicy(tx, policy, now));
};

export interface PointValues {
  state?: string;
  startedAt?: Date;
  sizeBytes?: number;
  totalRows?: number;
  stepId?: number;
  pinnedAt?: Date;
  lockedUntil?: Date;
  error?: string;
  manifest?: Prisma.InputJsonObject;
}

/** A backup of a policy; verified, unless told otherwise. */
export async function createPoint(policyId: string, values: PointValues = {}): Promise<{ id: string; key: string }> {
  const policy = await db().backupPolicy.findUniqueOrThrow({ where: { id: policyId }, include: { service: true } });
  const { state = "verified", startedAt = new Date(), ...rest } = values;
  const id = randomUUID();
  const scope = { service: policy.service?.name ?? null, environment: policy.environment, policy: policy.name };
  const key = choosePointKey(scope, id, startedAt);
  await db().backup.create({
    data: {
      ...{ id, key, policyId, policy: policy.name, serviceId: policy.serviceId, environment: policy.environment },
      ...{ engine: policy.kind, targetId: policy.targetId, state, startedAt, finishedAt: startedAt },
      ...(state === "verified" ? { proven: "counts", provenAt: startedAt, restoreMs: 5 } : {}),
      ...rest,
    },
  });
  return { id, key };
}
