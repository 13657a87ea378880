import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { createRelease } from "#lib/releases/commands/create-release.ts";
import { getRelease } from "#lib/releases/queries/get-release.ts";
import { listReleases } from "#lib/releases/queries/list-releases.ts";
import { newReleaseSchema } from "#lib/releases/schema/release.ts";
import { releaseList, releaseView } from "#lib/releases/schema/views.ts";

const serviceParams = z.object({ serviceName: z.string().max(40) });
/** Migrations are texts. */
const BODY_MAX_BYTES = 8 * 1024 * 1024;

const list = defineRoute({
  method: "GET",
  path: "/services/{serviceName}/releases",
  action: "releases.read",
  summary: "A service's releases, the newest first.",
  params: serviceParams,
  query: z.object({
    after: z.coerce.number().int().optional(),
    limit: z.coerce.number().int().min(1).max(200).optional(),
  }),
  output: releaseList,
  handler: ({ actor, params: { serviceName }, query }) => listReleases(actor, serviceName, query),
});

const create = defineRoute({
  method: "POST",
  path: "/services/{serviceName}/releases",
  action: "releases.create",
  summary: "Makes a release: the image's tag becomes a digest at once, then it goes to staging where there is one.",
  params: serviceParams,
  body: newReleaseSchema,
  output: releaseView,
  status: 201,
  maxBodyBytes: BODY_MAX_BYTES,
  handler: ({ actor, params: { serviceName }, body }) => createRelease(actor, serviceName, body),
});

const read = defineRoute({
  method: "GET",
  path: "/releases/{releaseId}",
  action: "releases.read",
  summary: "One release: what it is made of and where it has been.",
  params: z.object({ releaseId: z.uuid() }),
  output: releaseView,
  handler: ({ actor, params: { releaseId } }) => getRelease(actor, releaseId),
});

export const releasesRoutes = [list, create, read] as const;
