import { z } from "zod";
import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import { db } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";

const SERVICE = { select: { id: true, name: true, ownerId: true, state: true } } as const;
/** Whether somebody who voted may vote still. */
const ACCOUNT = { select: { id: true, displayName: true, email: true, roles: true, disabledAt: true } } as const;
export const VOTES = { orderBy: { createdAt: "asc" }, include: { voter: ACCOUNT, by: ACCOUNT } } as const;
export const FOUND_INCLUDE = {
  environment: { include: { service: SERVICE } },
  release: { include: { by: { select: { id: true, displayName: true } } } },
  requestedBy: { select: { id: true, displayName: true } },
  approvals: VOTES,
} as const;
export type FoundDeployment = Prisma.DeploymentGetPayload<{ include: typeof FOUND_INCLUDE }>;

export async function findDeployment(id: string, tx: Tx = db()): Promise<FoundDeployment> {
  const row = await tx.deployment.findUnique({ where: { id }, include: FOUND_INCLUDE });
  if (!row) throw notFound("deployment");
  return row;
}

/** Everybody who made it what it is: none of them may approve or review it. */
export function authorsOf({
  requestedById,
  editorIds,
}: {
  requestedById: string | null;
  editorIds: unknown;
}): string[] {
  const editors = z.array(z.string()).catch([]).parse(editorIds);
  return [...new Set([...(requestedById ? [requestedById] : []), ...editors])];
}

/** What the policy is asked about it. */
export const deploymentSubject = ({ environment, requestedById }: FoundDeployment) => ({
  ownerId: environment.service.ownerId,
  serviceId: environment.service.id,
  requestedById,
});

/** "release 5 of pad-notes to production". */
export const nameDeployment = ({ environment, release }: FoundDeployment): string =>
  `release ${release.number} of ${environment.service.name} to ${environment.name}`;
