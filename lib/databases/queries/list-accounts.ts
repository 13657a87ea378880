import { authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import type { AccountState } from "../constants.ts";
import type { AccountList, AccountView, ReachView } from "../types.ts";
import { listDatabases, type ServiceDatabase } from "./find-database.ts";
import { findService } from "./find-service.ts";

export const ACCOUNT_WITH = {
  requestedBy: { select: { displayName: true } },
} as const satisfies Prisma.ReadOnlyAccountInclude;

type Row = Prisma.ReadOnlyAccountGetPayload<{ include: typeof ACCOUNT_WITH }>;

/** Where the password waits, sealed, until the database knows it. */
export const accountSecret = (accountId: string) => `read-only-account.${accountId}`;

export const toAccountView = (row: Row): AccountView => ({
  id: row.id,
  environment: row.environment,
  userName: row.userName,
  purpose: row.purpose,
  state: row.state as AccountState,
  error: row.error,
  requestedBy: row.requestedBy.displayName,
  runId: row.runId,
  createdAt: row.createdAt.toISOString(),
  rotatedAt: row.rotatedAt?.toISOString() ?? null,
});

const PORTS = { mariadb: 3306, mysql: 3306, postgresql: 5432 } as const;

const toReach = ({ policy, source }: ServiceDatabase): ReachView => ({
  environment: policy.environment,
  engine: source.kind,
  host: source.swarmService,
  port: PORTS[source.kind],
  database: source.databaseName,
  network: `${source.stackName}_default`,
});

/** Who may read a service's databases without changing them. */
export async function listAccounts(actor: Actor, serviceName: string): Promise<AccountList> {
  authorize(actor, "readOnlyAccounts.read");
  const service = await findService(db(), serviceName);
  const [rows, databases] = await Promise.all([
    db().readOnlyAccount.findMany({
      where: { serviceId: service.id, state: { not: "revoked" } },
      include: ACCOUNT_WITH,
      orderBy: { createdAt: "asc" },
    }),
    listDatabases(service.id),
  ]);
  return {
    accounts: rows.map(toAccountView),
    databases: databases.map(toReach),
    mayManage: may(actor, "readOnlyAccounts.manage", service.subject).ok,
  };
}
