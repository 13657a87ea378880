import { z } from "zod";
import { db, type Prisma, type Tx } from "#lib/platform/db/client.ts";
import { AppError, toAppError } from "#lib/platform/errors.ts";
import { logger } from "#lib/platform/logger.ts";
import { COMPRESSIONS } from "../constants.ts";
import { verificationSchema } from "../schema/policy.ts";
import { retentionSchema } from "../schema/retention.ts";
import { sourceSchema } from "../schema/source.ts";

/** Whose data, where, and which of them: what a run knows of a policy. */
export interface PolicyScope {
  /** null: the panel itself. */
  serviceId: string | null;
  environment: string;
  name: string;
}

/** `<service or panel>/<environment>/<name>`: unique among the policies that are not removed. */
export const scopeOf = ({ serviceId, environment, name }: PolicyScope): string =>
  `${serviceId ?? "panel"}/${environment}/${name}`;

/** What a policy is read with: whose it is and where it goes. */
const WITH_NAMES = {
  service: { select: { id: true, name: true, ownerId: true, state: true } },
  target: { select: { id: true, name: true, kind: true } },
} as const satisfies Prisma.BackupPolicyInclude;
type StoredPolicy = Prisma.BackupPolicyGetPayload<{ include: typeof WITH_NAMES }>;

const keptSchema = z.object({
  source: sourceSchema,
  compression: z.enum(COMPRESSIONS),
  recipients: z.array(z.string()),
  retention: retentionSchema,
  verification: verificationSchema,
});

/** A policy as steps and commands work with it: what is kept as JSON has been checked. */
function toPolicyRow(row: StoredPolicy) {
  const kept = keptSchema.safeParse({ ...row, source: { ...(row.source as object), kind: row.kind } });
  if (!kept.success)
    throw new AppError({
      code: "backups.policy_unreadable",
      message: `The backup policy ${row.name} is not as this version of the panel writes them.`,
      detail: kept.error.message,
      advice: "Open the policy, look through it and save it.",
      retry: "needs_person",
    });
  return { ...row, ...kept.data };
}
export type PolicyRow = ReturnType<typeof toPolicyRow>;

/** The policy of a run's service and environment; null when there is none (any more). */
export async function findPolicy(scope: PolicyScope, tx: Tx = db()): Promise<PolicyRow | null> {
  const row = await tx.backupPolicy.findUnique({ where: { scope: scopeOf(scope) }, include: WITH_NAMES });
  return row && toPolicyRow(row);
}

/** A policy that is not removed, by its id; null when there is none. */
export async function findPolicyById(id: string, tx: Tx = db()): Promise<PolicyRow | null> {
  const row = await tx.backupPolicy.findFirst({ where: { id, removedAt: null }, include: WITH_NAMES });
  return row && toPolicyRow(row);
}

/** One that another version of the panel wrote keeps the others from nobody: it is left out, and said. */
function readable(row: StoredPolicy): PolicyRow[] {
  try {
    return [toPolicyRow(row)];
  } catch (error) {
    const { message, detail } = toAppError(error);
    logger.warn({ policyId: row.id, detail }, message);
    return [];
  }
}

/** Policies that are not removed, of services that are still there: the panel's own first, then by service and name. */
export async function listPolicyRows(where: Prisma.BackupPolicyWhereInput, tx: Tx = db()): Promise<PolicyRow[]> {
  const present = { OR: [{ serviceId: null }, { service: { state: { not: "retired" } } }] };
  const rows = await tx.backupPolicy.findMany({
    where: { AND: [{ removedAt: null }, present, where] },
    include: WITH_NAMES,
    orderBy: [{ service: { name: "asc" } }, { environment: "asc" }, { name: "asc" }],
  });
  return rows.flatMap(readable);
}

/** The same for steps: without it there is nothing to do that another try would mend. */
export async function readPolicy(scope: PolicyScope, tx: Tx = db()): Promise<PolicyRow> {
  const found = await findPolicy(scope, tx);
  if (found) return found;
  throw new AppError({
    code: "backups.no_policy",
    message: `There is no backup policy "${scope.name}" here any more.`,
    advice: "It was removed. Make a new one if this should be backed up.",
    retry: "permanent",
  });
}

/** The environment of a run that names none. */
export const DEFAULT_ENVIRONMENT = "production";

/** The policy that a step of a run names. */
export const readRunPolicy = (
  name: string,
  run: { service: { id: string } | null; environment: string | null },
): Promise<PolicyRow> =>
  readPolicy({ serviceId: run.service?.id ?? null, environment: run.environment ?? DEFAULT_ENVIRONMENT, name });

/** Where the address of a policy's watcher is kept: whoever knows it can say that all is well. */
export const pingSecretName = (policyId: string) => `backup-policies.${policyId}.ping`;
