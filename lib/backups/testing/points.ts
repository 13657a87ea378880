import { randomUUID } from "node:crypto";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import { OWN_DISK_TARGET } from "../constants.ts";
import type { Manifest } from "../schema/manifest.ts";
import { DEFAULT_POLICY } from "../schema/policy.ts";
import { DEFAULT_RETENTION } from "../schema/retention.ts";

interface Whose {
  /** null: the panel itself. */
  serviceId: string | null;
  environment?: string;
  name?: string;
}

/** A policy's row, for pages; no schedule has looked at it. */
export async function addPolicy(whose: Whose, more: Partial<Prisma.BackupPolicyUncheckedCreateInput> = {}) {
  const { serviceId, environment = "production", name = "database" } = whose;
  const id = randomUUID();
  const { compression, timeZone, jitterMinutes, graceMinutes, verification, cron } = DEFAULT_POLICY;
  await db().backupPolicy.create({
    data: {
      ...{ id, serviceId, environment, name, compression, timeZone, jitterMinutes, graceMinutes, cron, verification },
      scope: `${serviceId ?? "panel"}/${environment}/${name}`,
      targetId: OWN_DISK_TARGET,
      kind: serviceId ? "mariadb" : "panel",
      source: serviceId
        ? {
            stackName: "pads-production",
            swarmService: "pads-production_db",
            databaseName: "pads",
            userName: "pads",
            passwordSecret: "services.pads.db_pass",
            rootPasswordSecret: "services.pads.db_root_pass",
          }
        : {},
      recipients: [],
      retention: DEFAULT_RETENTION,
      ...more,
    },
  });
  return { id, serviceId, environment, name };
}

/** What a point of two tables says about itself. */
export const manifestOf = (id: string, more: Partial<Manifest> = {}): Manifest => ({
  version: 2,
  backupId: id,
  service: "pads",
  environment: "production",
  policy: "database",
  engine: "mariadb",
  source: "pads",
  image: `registry.example.org/mariadb@sha256:${"9f".repeat(32)}`,
  startedAt: "2026-11-21T03:12:00.000Z",
  finishedAt: "2026-11-21T03:12:20.000Z",
  compression: "zstd",
  recipients: [],
  parts: [
    {
      name: "database",
      key: `pads/production/database/${id}/database.sql.zst`,
      sizeBytes: 1_000,
      sha256: "ab".repeat(32),
    },
  ],
  counting: "exact",
  counts: { pads: [1_200, 1_200], revisions: [90_000, 90_000] },
  checksums: {},
  ...more,
});

/** A restore point's row: proven by counting unless told otherwise. */
export async function addPoint(
  policy: { id: string; serviceId: string | null; environment: string; name: string },
  more: Partial<Prisma.BackupUncheckedCreateInput> = {},
): Promise<string> {
  const id = more.id ?? randomUUID();
  await db().backup.create({
    data: {
      id,
      serviceId: policy.serviceId,
      environment: policy.environment,
      policyId: policy.id,
      policy: policy.name,
      engine: policy.serviceId ? "mariadb" : "panel",
      state: "verified",
      trigger: "schedule",
      targetId: OWN_DISK_TARGET,
      key: `pads/production/database/${id}`,
      sizeBytes: 1_000n,
      rawBytes: 4_000n,
      totalRows: 91_200n,
      manifest: manifestOf(id),
      proven: "counts",
      provenAt: new Date(),
      restoreMs: 4_200,
      ...more,
    },
  });
  return id;
}
