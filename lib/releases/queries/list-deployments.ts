import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import type { DeploymentState } from "../constants.ts";
import type { DeploymentList } from "../types.ts";
import { DEPLOYMENT_OMIT, toDeploymentRow } from "./deployment-row.ts";
import { findService } from "./find-environment.ts";

const DEFAULT_LIMIT = 50;
const LIMIT_MAX = 200;

/** As lists of more than one service show it. */
export const LISTED_INCLUDE = {
  environment: { select: { name: true, service: { select: { name: true } } } },
  release: { select: { id: true, number: true } },
  requestedBy: { select: { id: true, displayName: true } },
} as const;
type ListedRow = Prisma.DeploymentGetPayload<{ include: typeof LISTED_INCLUDE; omit: typeof DEPLOYMENT_OMIT }>;
export const toListedRow = (row: ListedRow) => ({
  ...toDeploymentRow(row),
  serviceName: row.environment.service.name,
});

interface Filter {
  serviceName?: string | undefined;
  environment?: string | undefined;
  state?: DeploymentState | undefined;
  /** The last of the page before. */
  after?: string | undefined;
  limit?: number | undefined;
}

async function findEnvironments({ serviceName, environment }: Filter): Promise<string[] | null> {
  if (!serviceName) return null;
  const service = await findService(serviceName);
  const rows = await db().environment.findMany({
    where: { serviceId: service.id, ...(environment ? { name: environment } : {}) },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}

async function readCursor(after: string | undefined): Promise<Prisma.DeploymentWhereInput> {
  if (!after) return {};
  const last = await db().deployment.findUnique({ where: { id: after }, select: { createdAt: true } });
  if (!last) return {};
  return { OR: [{ createdAt: { lt: last.createdAt } }, { createdAt: last.createdAt, id: { lt: after } }] };
}

/** Deployments of one service or of all, the newest first, a page at a time. */
export async function listDeployments(actor: Actor, filter: Filter = {}): Promise<DeploymentList> {
  authorize(actor, "deployments.read");
  const environments = await findEnvironments(filter);
  const take = Math.min(filter.limit ?? DEFAULT_LIMIT, LIMIT_MAX);
  const rows = await db().deployment.findMany({
    where: {
      ...(environments ? { environmentId: { in: environments } } : {}),
      ...(!environments && filter.environment ? { environment: { name: filter.environment } } : {}),
      ...(filter.state ? { state: filter.state } : {}),
      ...(await readCursor(filter.after)),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: take + 1,
    include: LISTED_INCLUDE,
    omit: DEPLOYMENT_OMIT,
  });
  const page = rows.slice(0, take);
  return { items: page.map(toListedRow), next: rows.length > take ? (page.at(-1)?.id ?? null) : null };
}
