import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import { REPOSITORY_FILE, RETIRED_FOLDER } from "../constants.ts";
import { writtenSchema } from "../schema.ts";
import type { RepositoryView } from "../types.ts";

const SHOWN = 50;

/** What a service has in the configuration repository, as the ledger knows it. */
export async function getServiceRepository(actor: Actor, serviceName: string): Promise<RepositoryView> {
  authorize(actor, "services.read");
  const settings = config();
  const service = await db().service.findUnique({ where: { name: serviceName }, select: { id: true, name: true } });
  if (!service) throw notFound("service");
  const rows = await db().resource.findMany({
    where: { serviceId: service.id, kind: REPOSITORY_FILE },
    orderBy: [{ createdAt: "desc" }, { id: "asc" }],
    take: SHOWN,
    include: { step: { select: { runId: true, key: true } } },
  });
  return {
    configured: settings.CONFIG_REPOSITORY_URL !== "",
    staging: settings.CONFIG_REPOSITORY_STAGING,
    main: settings.CONFIG_REPOSITORY_MAIN,
    files: rows
      .filter(({ state }) => state === "present")
      .map(({ providerId: path, attributes, verifiedAt, createdAt, step }) => ({
        path,
        commit: writtenSchema.safeParse(attributes).data?.commit ?? null,
        writtenAt: (verifiedAt ?? createdAt).toISOString(),
        runId: step.runId,
        stepKey: step.key,
      })),
    retired: rows
      .filter(({ state, stepName }) => state === "gone" && stepName === "repository.retire")
      .map(({ providerId, goneAt, createdAt }) => ({
        path: `${RETIRED_FOLDER}/${service.name}/${providerId.slice(providerId.lastIndexOf("/") + 1)}`,
        at: (goneAt ?? createdAt).toISOString(),
      })),
  };
}
