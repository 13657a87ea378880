import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { findPackage } from "#lib/repository/queries/find-package.ts";
import { getServiceRepository } from "#lib/repository/queries/get-repository.ts";
import { packageView, repologyParamsSchema, repositoryView } from "#lib/repository/schema.ts";

const lookUp = defineRoute({
  method: "GET",
  path: "/repology/{package}",
  action: "packages.read",
  summary: "The version of a package in each NixOS channel beside upstream's, as Repology knows them.",
  params: repologyParamsSchema,
  output: packageView,
  handler: ({ actor, params }) => findPackage(actor, params.package),
});

const ofService = defineRoute({
  method: "GET",
  path: "/services/{serviceName}/repository",
  action: "services.read",
  summary: "A service's files in the configuration repository.",
  params: z.object({ serviceName: z.string().max(40) }),
  output: repositoryView,
  handler: ({ actor, params }) => getServiceRepository(actor, params.serviceName),
});

export const repositoryRoutes = [lookUp, ofService] as const;
