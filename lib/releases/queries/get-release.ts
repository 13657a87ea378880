import { z } from "zod";
import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import type { ReleaseView } from "../types.ts";
import { readRelease } from "./build-content.ts";
import { DEPLOYMENT_INCLUDE, DEPLOYMENT_OMIT, toDeploymentRow } from "./deployment-row.ts";
import { readRunsIn } from "./list-releases.ts";
import { RELEASE_INCLUDE, toReleaseRow } from "./release-row.ts";

const DEPLOYMENTS_SHOWN = 50;

/** One release with everything its page shows. */
export async function getRelease(actor: Actor, releaseId: string): Promise<ReleaseView> {
  authorize(actor, "releases.read");
  const row = await db().release.findUnique({
    where: { id: releaseId },
    include: {
      ...RELEASE_INCLUDE,
      service: { select: { id: true, name: true } },
      deployments: {
        include: DEPLOYMENT_INCLUDE,
        omit: DEPLOYMENT_OMIT,
        orderBy: { createdAt: "desc" },
        take: DEPLOYMENTS_SHOWN,
      },
    },
  });
  if (!row) throw notFound("release");
  const runsIn = await readRunsIn(db(), row.service.id);
  const { images, template, migrations } = readRelease(row);
  return {
    ...toReleaseRow(row, runsIn.get(row.id) ?? []),
    serviceName: row.service.name,
    contentHash: row.contentHash,
    images,
    template,
    labels: z.record(z.string(), z.string()).catch({}).parse(row.labels),
    migrationTexts: migrations,
    deployments: row.deployments.map(toDeploymentRow),
  };
}
