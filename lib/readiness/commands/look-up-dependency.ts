import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { type RepologyPackage, readProject } from "#lib/integrations/repology/client.ts";
import { config } from "#lib/platform/config/config.ts";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import { findService, subjectOf } from "#lib/releases/queries/find-environment.ts";
import { MANAGERS, type Manager } from "../constants.ts";
import { getReadiness } from "../queries/get-readiness.ts";
import { guessDebian, repologyProject } from "../survey/guess-debian.ts";
import type { ReadinessView } from "../types.ts";

const isDebian = ({ repo }: RepologyPackage) => /^debian_(\d+|unstable)$/.test(repo);
const release = ({ repo }: RepologyPackage) => Number(repo.slice("debian_".length)) || Number.MAX_SAFE_INTEGER;

function summarize(packages: readonly RepologyPackage[], guess: string) {
  const found = packages.filter(isDebian).sort((one, other) => release(other) - release(one));
  const chosen = found.find(({ binname }) => binname === guess) ?? found.find(({ binname }) => binname) ?? found[0];
  const name = chosen?.binname ?? (found.length > 0 ? guess : null);
  const versions = found.map(({ repo, version }) => `${repo.replace("_", " ")} ${version}`);
  return { package: name, versions: [...new Set(versions)], lookedAt: new Date().toISOString() };
}

/** Asks Repology which Debian package could take the place of one that a language's own manager installed, and keeps the answer. */
export async function lookUpDependency(
  actor: UserActor,
  serviceName: string,
  documentId: string,
): Promise<ReadinessView> {
  const service = await findService(serviceName);
  authorize(actor, "readiness.write", subjectOf(service));
  const row = await db().serviceDocument.findFirst({
    where: { id: documentId, serviceId: service.id, kind: "dependency", removedAt: null },
  });
  const detail = (row?.detail ?? {}) as { name?: string; manager?: string };
  if (!row || !detail.name || !detail.manager || !(detail.manager in MANAGERS)) throw notFound("dependency");
  const manager = detail.manager as Manager;
  const { signal } = new AbortController();
  const packages = await readProject(config().REPOLOGY_URL, repologyProject(manager, detail.name), signal);
  const debian = summarize(packages, guessDebian(manager, detail.name));
  await db().serviceDocument.update({
    where: { id: row.id },
    data: { detail: { ...(row.detail as Prisma.JsonObject), debian } },
  });
  return getReadiness(actor, serviceName);
}
