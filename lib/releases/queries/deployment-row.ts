import type { Prisma } from "#lib/platform/db/client.ts";
import type { DeploymentKind, DeploymentState } from "../constants.ts";
import type { DeploymentRow } from "../types.ts";

export const DEPLOYMENT_INCLUDE = {
  environment: { select: { name: true } },
  release: { select: { id: true, number: true } },
  requestedBy: { select: { id: true, displayName: true } },
} as const;
/** What lists show nothing of, and what is long. */
export const DEPLOYMENT_OMIT = { content: true, evidence: true, targetState: true, answers: true } as const;
type Row = Prisma.DeploymentGetPayload<{ include: typeof DEPLOYMENT_INCLUDE; omit: typeof DEPLOYMENT_OMIT }>;

const toText = (at: Date | null) => at?.toISOString() ?? null;

/** A deployment as lists and timelines show it. */
export const toDeploymentRow = (row: Row): DeploymentRow => ({
  id: row.id,
  environment: row.environment.name,
  release: row.release,
  kind: row.kind as DeploymentKind,
  state: row.state as DeploymentState,
  requestedBy: row.requestedBy && { id: row.requestedBy.id, name: row.requestedBy.displayName },
  createdAt: row.createdAt.toISOString(),
  startAt: toText(row.startAt),
  startedAt: toText(row.startedAt),
  finishedAt: toText(row.finishedAt),
  outcome: row.outcome,
});
