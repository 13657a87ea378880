import { z } from "zod";
import { sourcesOf } from "#lib/checklists/backup-sources.ts";
import { Prisma, type Tx } from "#lib/platform/db/client.ts";
import { releaseContentSchema } from "#lib/releases/schema/content.ts";
import { ENVIRONMENT, type Naming } from "#lib/services/naming.ts";
import type { Answers } from "#lib/services/schema/answers.ts";
import { type BackupSource, sourceSchema } from "../schema/source.ts";
import { holdsVolume } from "../sources/holds-volume.ts";
import { overlaps } from "../sources/source-key.ts";
import { namesOf } from "./suggest-sources.ts";

/** Data of a service that no policy backs up. */
interface Unscheduled {
  serviceId: string;
  service: string;
  environment: string;
  /** What provisioning calls its policy. */
  policy: string;
  engine: string;
}

interface PlaceLine {
  serviceId: string;
  service: string;
  environment: string;
  engine: Answers["data"]["database"] | null;
  filesFolder: number | bigint | boolean | null;
  method: Answers["placement"]["method"] | null;
  /** JSON, which some servers' drivers have parsed already. */
  volumes: unknown;
  /** The same, of what runs there. */
  mounts: unknown;
}

const listOf = <T extends z.ZodType>(item: T) =>
  z.preprocess((value) => (typeof value === "string" ? JSON.parse(value) : value), z.array(item).catch([]));
const volumesSchema = listOf(z.object({ name: z.string() }));
const mountsSchema = listOf(releaseContentSchema.shape.mounts.element);

/** Where live services are: production, and every other environment that something was released to. */
const readPlaces = (tx: Tx, whose: Prisma.Sql) => tx.$queryRaw<PlaceLine[]>`
  SELECT s.id AS serviceId, s.name AS service, COALESCE(e.name, ${ENVIRONMENT}) AS environment,
         JSON_UNQUOTE(JSON_EXTRACT(a.answers, '$.data.database')) AS engine,
         JSON_UNQUOTE(JSON_EXTRACT(a.answers, '$.data.filesFolder')) = 'true' AS filesFolder,
         JSON_UNQUOTE(JSON_EXTRACT(a.answers, '$.placement.method')) AS method,
         JSON_EXTRACT(a.answers, '$.placement.volumes') AS volumes,
         JSON_EXTRACT(d.content, '$.mounts') AS mounts
    FROM Service s
    LEFT JOIN Environment e ON e.serviceId = s.id AND (e.name = ${ENVIRONMENT} OR e.currentId IS NOT NULL)
    LEFT JOIN Deployment d ON d.id = e.currentId
    LEFT JOIN Answers a
      ON a.serviceId = s.id AND a.version = (SELECT MAX(v.version) FROM Answers v WHERE v.serviceId = s.id)
   WHERE s.state = 'live' ${whose}
   ORDER BY s.name, environment`;

const asFolder = ({ path }: { path: string }) => `${path.replace(/\/+$/, "")}/`;

/** Whether a policy backs this up, or a part of it: who chose a part meant it. */
function covers(one: BackupSource, data: BackupSource, names: Naming): boolean {
  if (data.kind === "volume") return holdsVolume(one, data.volumeName, names);
  if (one.kind !== "files" || data.kind !== "files") return overlaps(one, data);
  return asFolder(one).startsWith(asFolder(data)) || asFolder(data).startsWith(asFolder(one));
}

const keyOf = ({ serviceId, environment }: { serviceId: string | null; environment: string }) =>
  `${serviceId}/${environment}`;

/**
 * What live services keep, as their answers and what runs say, and no policy backs up, by environment; and how many keep nothing
 * and have no policy.
 */
export async function readUnscheduled(
  tx: Tx,
  { serviceIds }: { serviceIds?: readonly string[] },
): Promise<{ missing: Unscheduled[]; withoutData: number }> {
  if (serviceIds?.length === 0) return { missing: [], withoutData: 0 };
  const places = await readPlaces(
    tx,
    serviceIds ? Prisma.sql`AND s.id IN (${Prisma.join([...serviceIds])})` : Prisma.empty,
  );
  const policies = await tx.backupPolicy.findMany({
    where: { scope: { not: null }, serviceId: serviceIds ? { in: [...serviceIds] } : { not: null } },
    select: { serviceId: true, environment: true, kind: true, source: true },
  });
  const backedUp = Map.groupBy(policies, keyOf);
  const withData = new Set(policies.map((policy) => policy.serviceId));
  const missing = places.flatMap(({ serviceId, service, environment, engine, filesFolder, method, ...lists }) => {
    const answers = {
      data: { database: engine ?? ("none" as const), filesFolder: Boolean(filesFolder) },
      placement: { method: method ?? ("swarm" as const), volumes: volumesSchema.parse(lists.volumes) },
    };
    const names = namesOf(service, environment);
    const kept = sourcesOf({ answers, names, mounts: mountsSchema.parse(lists.mounts) });
    if (kept.length > 0) withData.add(serviceId);
    const sources = (backedUp.get(keyOf({ serviceId, environment })) ?? []).flatMap(
      ({ kind, source }) => sourceSchema.safeParse({ ...(source as object), kind }).data ?? [],
    );
    return kept
      .filter(({ source }) => !sources.some((one) => covers(one, source, names)))
      .map(({ name, source }) => ({ serviceId, service, environment, policy: name, engine: source.kind }));
  });
  const live = new Set(places.map((place) => place.serviceId));
  return { missing, withoutData: [...live].filter((id) => !withData.has(id)).length };
}
