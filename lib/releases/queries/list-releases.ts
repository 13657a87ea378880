import { authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import type { ReleaseList } from "../types.ts";
import { findService, subjectOf } from "./find-environment.ts";
import { RELEASE_INCLUDE, toReleaseRow } from "./release-row.ts";

const DEFAULT_LIMIT = 50;
const LIMIT_MAX = 200;

/** Release → names of the environments in which it runs now. */
export async function readRunsIn(tx: Tx, serviceId: string): Promise<Map<string, string[]>> {
  const environments = await tx.environment.findMany({
    where: { serviceId, currentId: { not: null } },
    select: { name: true, currentId: true },
    orderBy: { name: "asc" },
  });
  const deployments = await tx.deployment.findMany({
    where: { id: { in: environments.flatMap(({ currentId }) => currentId ?? []) } },
    select: { id: true, releaseId: true },
  });
  const runsIn = new Map<string, string[]>();
  for (const { name, currentId } of environments) {
    const releaseId = deployments.find(({ id }) => id === currentId)?.releaseId;
    if (releaseId) runsIn.set(releaseId, [...(runsIn.get(releaseId) ?? []), name]);
  }
  return runsIn;
}

/** A service's releases, the newest first, a page at a time by number. */
export async function listReleases(
  actor: Actor,
  serviceName: string,
  { after, limit = DEFAULT_LIMIT }: { after?: number | undefined; limit?: number | undefined } = {},
): Promise<ReleaseList> {
  authorize(actor, "releases.read");
  const service = await findService(serviceName);
  const take = Math.min(limit, LIMIT_MAX);
  const [rows, runsIn] = await Promise.all([
    db().release.findMany({
      where: { serviceId: service.id, ...(after === undefined ? {} : { number: { lt: after } }) },
      orderBy: { number: "desc" },
      take: take + 1,
      include: RELEASE_INCLUDE,
    }),
    readRunsIn(db(), service.id),
  ]);
  const page = rows.slice(0, take);
  return {
    items: page.map((row) => toReleaseRow(row, runsIn.get(row.id) ?? [])),
    next: rows.length > take ? (page.at(-1)?.number ?? null) : null,
    mayCreate: may(actor, "releases.create", subjectOf(service)).ok,
  };
}
