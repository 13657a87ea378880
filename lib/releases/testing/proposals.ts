import { randomUUID } from "node:crypto";
import type { UserActor } from "#lib/access/types.ts";
import { canonicalJson, sha256 } from "#lib/platform/crypto.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { insertRelease } from "../commands/insert-release.ts";
import { readRelease } from "../queries/build-content.ts";
import type { Migration } from "../schema/content.ts";
import { createLiveService, type LiveService, pinned } from "./live-service.ts";

/** Another release of a service, resolved: the same with another image, and migrations if there are any. */
export async function createReadyRelease(
  service: { id: string },
  by: UserActor | null,
  { letter = "b", migrations = [] }: { letter?: string; migrations?: Migration[] } = {},
): Promise<{ id: string; number: number }> {
  const before = await db().release.findFirstOrThrow({ where: { serviceId: service.id }, orderBy: { number: "desc" } });
  const { images, template } = readRelease(before);
  const made = { images: { ...images, app: pinned("demo/web:2", letter) }, template, migrations };
  return transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM Service WHERE id = ${service.id} FOR UPDATE`;
    return insertRelease(tx, {
      ...{ serviceId: service.id, state: "ready", ...made, labels: {}, commitId: null, sourceUrl: null, branch: null },
      contentHash: Buffer.from(sha256(canonicalJson([made, randomUUID()]))).toString("hex"),
      ...{ notes: "Dark mode", origin: "person", byId: by?.id ?? null, runId: null },
    });
  });
}

const stackOf = async ({ id }: { id: string }, environment = "production") =>
  db().environment.findUniqueOrThrow({ where: { serviceId_name: { serviceId: id, name: environment } } });

/** What the workers saw of an environment last: one service of one image. */
export async function observe(service: LiveService, image = pinned("demo/web:1"), specLabel = "1"): Promise<void> {
  const { stackName } = await stackOf(service);
  const name = `${stackName}_app`;
  const seen = { image, specLabel, desired: 1, running: 1, updatedAt: new Date(), observedAt: new Date() };
  await db().swarmService.upsert({
    where: { name },
    create: { id: randomUUID(), name, stack: stackName, ...seen },
    update: seen,
  });
}

/** A live service that the workers have looked at, and a second release by somebody. */
export async function createPromotable(owner: UserActor, by: UserActor = owner, migrations: Migration[] = []) {
  const service = await createLiveService(owner);
  await observe(service);
  const release = await createReadyRelease(service, by, { migrations });
  return { service, release };
}
