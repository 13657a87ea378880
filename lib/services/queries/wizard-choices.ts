import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { DATABASE_ENGINES, type ServiceState } from "../constants.ts";
import { DATABASE_IMAGE_SETTINGS } from "../naming.ts";
import type { WizardChoices } from "../types.ts";

const LIST_MAX = 2000;
const OWNER_ROLES = ["staff", "manager", "dba", "admin"];

/** What the wizard offers to choose from: owners, services, nodes, and the conventions of this panel. */
export async function getWizardChoices(actor: Actor): Promise<WizardChoices> {
  authorize(actor, "drafts.read");
  const settings = config();
  const [people, services, nodes, targets] = await Promise.all([
    db().user.findMany({
      where: { disabledAt: null },
      select: { id: true, displayName: true, email: true, roles: true },
      orderBy: { displayName: "asc" },
      take: LIST_MAX,
    }),
    db().service.findMany({
      where: { state: { not: "retired" } },
      select: { name: true, state: true, purpose: true },
      orderBy: { name: "asc" },
      take: LIST_MAX,
    }),
    db().swarmNode.findMany({ select: { hostname: true, labels: true }, orderBy: { hostname: "asc" } }),
    db().backupTarget.findMany({
      where: { removedAt: null },
      select: { id: true, name: true, isDefault: true },
      orderBy: [{ isDefault: "desc" }, { name: "asc" }],
      take: LIST_MAX,
    }),
  ]);
  return {
    owners: people
      .filter((person) => person.roles.split(",").some((role) => OWNER_ROLES.includes(role)))
      .map(({ id, displayName, email }) => ({ id, name: displayName, email })),
    services: services.map((service) => ({ ...service, state: service.state as ServiceState })),
    nodes: nodes.map(({ hostname, labels }) => ({ hostname, labels: (labels ?? {}) as Record<string, string> })),
    backupTargets: targets.map(({ id, name, isDefault }) => ({ id, name, isDefault: isDefault === 1 })),
    rootDomain: settings.ROOT_DOMAIN,
    servicesRoot: settings.SERVICES_ROOT,
    publishedPortMin: settings.PUBLISHED_PORT_MIN,
    publishedPortMax: settings.PUBLISHED_PORT_MAX,
    databaseImages: Object.fromEntries(
      DATABASE_ENGINES.map((engine) => [engine, settings[DATABASE_IMAGE_SETTINGS[engine]]]),
    ),
  };
}
