import { randomUUID } from "node:crypto";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import type { Manifest } from "#lib/backups/schema/manifest.ts";
import type { BackupSource } from "#lib/backups/schema/source.ts";
import { sourceKey } from "#lib/backups/sources/source-key.ts";
import type { BackupWorld } from "#lib/backups/testing.ts";
import { db } from "#lib/platform/db/client.ts";
import { decideDataChange } from "./commands/decide-data-change.ts";
import { createDataChange, proposeDataChange } from "./commands/write-data-change.ts";
import type { NewDataChange } from "./schema/input.ts";

const REPORT = {
  title: "Give the lost notes back to their owners",
  cause: "An import wrote the wrong owner, because nothing checked it.",
  problem: "Two notes belong to nobody.",
  procedure: "Set their owner.",
  success: "No note is without an owner.",
} as const;

/** A before-action report as somebody would write it. */
export const reportOf = (serviceName: string, statements: string): NewDataChange => ({
  ...REPORT,
  serviceName,
  environment: "production",
  statements,
});

/** Written by the owner, approved by a manager. */
export async function approvedChange(people: People, serviceName: string, statements: string) {
  const draft = await createDataChange(people.owner.actor, reportOf(serviceName, statements));
  const { seal } = await proposeDataChange(people.owner.actor, draft.id, draft.version);
  return decideDataChange(people.manager.actor, draft.id, { decision: "approve", seal, comment: "" });
}

/** A world's panel has people too, and the service is the owner's. */
export async function addPeople(world: BackupWorld): Promise<People> {
  const people = await createPeople();
  await db().service.update({ where: { id: world.service.id }, data: { ownerId: people.owner.id } });
  return people;
}

/** As if its run had been started, without an engine. */
export async function markRunning(id: string, dbaId: string, runId = 1): Promise<void> {
  await db().dataChange.update({ where: { id }, data: { state: "running", runId, carriedOutById: dbaId } });
}

interface Proven {
  proven?: string;
  /** Of another database than the world's. */
  source?: BackupSource;
  finishedAt?: Date;
}

/** What a run's verification says of the backup it proved, and the backup. */
export async function proofOf(
  world: BackupWorld,
  { proven = "counts", source = world.source, finishedAt = new Date() }: Proven = {},
) {
  const backupId = randomUUID();
  const at = finishedAt.toISOString();
  const manifest: Manifest = {
    ...{ version: 2, backupId, service: world.service.name, environment: "production", policy: world.input.policy },
    ...{ engine: source.kind, source: "notes", sourceKey: sourceKey(source), image: world.image },
    ...{ startedAt: at, finishedAt: at, compression: "zstd", recipients: [] },
    parts: [{ name: "database", key: "x", sizeBytes: 1, sha256: "0".repeat(64) }],
    ...{ counting: "exact", counts: {}, checksums: {} },
  };
  const { targetId } = await db().backupPolicy.findUniqueOrThrow({ where: { id: world.policyId } });
  await db().backup.create({
    data: {
      ...{ id: backupId, serviceId: world.service.id, environment: "production", policyId: world.policyId, targetId },
      ...{ engine: source.kind, state: "verified", trigger: "change", key: backupId, manifest, proven, finishedAt },
    },
  });
  return { verify: { backupId, proven } };
}
