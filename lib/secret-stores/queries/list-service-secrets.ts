import { authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { ROTATE_SECRET } from "#lib/checklists/rotate-secret.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import { namesIn, readRunning, subjectOf } from "#lib/releases/queries/find-environment.ts";
import { isFinished } from "#lib/runs/run-state.ts";
import type { RunState } from "#lib/runs/types.ts";
import { DATABASE_SECRETS } from "#lib/services/constants.ts";
import { nameInSwarm, KINDS as SWARM_KINDS } from "#lib/swarm/names.ts";
import { usesBitwarden } from "../stores/uses-bitwarden.ts";
import type { SecretRow, ServiceSecrets } from "../types.ts";
import { accountOf, readAnswers, readSecretName } from "./read-place.ts";

type Use = SecretRow["uses"][number];

/** Files the app of each environment is given. */
async function readAppFiles(tx: Tx, serviceId: string): Promise<Map<string, Set<string>>> {
  const environments = await tx.environment.findMany({ where: { serviceId }, select: { name: true, currentId: true } });
  const files = new Map<string, Set<string>>();
  for (const { name, currentId } of environments) {
    const running = await readRunning(tx, { currentId });
    files.set(name, new Set(Object.keys(running?.content.secrets ?? {})));
  }
  return files;
}

/** Secret name → the backup policies that sign in with it. */
async function readPolicies(tx: Tx, serviceId: string): Promise<Map<string, { id: string; name: string }[]>> {
  const rows = await tx.backupPolicy.findMany({
    where: { serviceId, removedAt: null },
    select: { id: true, name: true, source: true },
  });
  const found = new Map<string, { id: string; name: string }[]>();
  for (const { id, name, source } of rows) {
    const { passwordSecret, rootPasswordSecret } = (source ?? {}) as Record<string, unknown>;
    // Where there is a root account, it is the one that dumps.
    const used = typeof rootPasswordSecret === "string" ? rootPasswordSecret : passwordSecret;
    if (typeof used === "string") found.set(used, [...(found.get(used) ?? []), { id, name }]);
  }
  return found;
}

/** The last rotation of each secret that has not come to its end. */
async function readOpenRuns(tx: Tx, serviceId: string) {
  const runs = await tx.run.findMany({
    where: { serviceId, checklistKey: ROTATE_SECRET.key, mode: "apply" },
    orderBy: { id: "desc" },
    take: 50,
    select: { id: true, state: true, steps: { where: { key: "renew" }, select: { input: true } } },
  });
  const last = new Map<string, { id: number; state: string }>();
  for (const { id, state, steps } of runs) {
    const name = (steps[0]?.input as { secretName?: unknown } | undefined)?.secretName;
    if (typeof name === "string" && !last.has(name)) last.set(name, { id, state });
  }
  return last;
}

/** Names of the swarm's secrets that the ledger says are there. */
const readLedger = async (tx: Tx, serviceId: string): Promise<Set<string>> => {
  const rows = await tx.resource.findMany({
    where: { serviceId, kind: SWARM_KINDS.secret, state: "present" },
    select: { name: true },
  });
  return new Set(rows.map(({ name }) => name));
};

/** Every secret of a service with where it is used: names, versions and ages, never a value. */
export async function listServiceSecrets(actor: Actor, serviceName: string): Promise<ServiceSecrets> {
  authorize(actor, "secrets.read");
  const tx = db();
  const service = await tx.service.findUnique({
    where: { name: serviceName },
    select: { id: true, ownerId: true, state: true },
  });
  if (!service) throw notFound("service");
  const [rows, answers, appFiles, policies, runs, inSwarm] = await Promise.all([
    tx.secret.findMany({
      where: { serviceId: service.id, name: { startsWith: `services.${serviceName}.` } },
      orderBy: [{ name: "asc" }, { version: "desc" }],
      select: { name: true, version: true, createdAt: true, deletedAt: true, store: true, externalId: true },
    }),
    readAnswers(tx, service.id),
    readAppFiles(tx, service.id),
    readPolicies(tx, service.id),
    readOpenRuns(tx, service.id),
    readLedger(tx, service.id),
  ]);
  const engine = answers?.data.database ?? "none";
  const secrets: SecretRow[] = [];
  for (const row of rows) {
    if (row.deletedAt || secrets.some(({ name }) => name === row.name)) continue;
    const read = readSecretName(serviceName, row.name, [...appFiles.keys()]);
    if (!read) continue;
    const { environment, fileName } = read;
    const versions = rows.filter(({ name }) => name === row.name);
    const run = runs.get(row.name);
    secrets.push({
      ...{ name: row.name, environment, fileName, version: row.version, createdAt: row.createdAt.toISOString() },
      olderVersions: versions
        .filter((one) => !one.deletedAt && one.version < row.version)
        .map(({ version }) => version),
      leftovers: versions
        .filter((one) => one.deletedAt && inSwarm.has(nameInSwarm(row.name, one.version)))
        .map(({ version }) => nameInSwarm(row.name, version)),
      uses: listUses({ serviceName, engine, appFiles, policies, inSwarm }, { ...row, environment, fileName }),
      account: accountOf(fileName, engine),
      run: run && (!isFinished(run.state as RunState) || run.state === "failed") ? run : null,
    });
  }
  return {
    secrets,
    engine,
    mayRotate:
      service.state === "live" &&
      answers?.placement.method !== "nixos" &&
      may(actor, "secrets.rotate", subjectOf(service)).ok,
    bitwarden: usesBitwarden(),
  };
}

interface Known {
  serviceName: string;
  engine: string;
  appFiles: ReadonlyMap<string, ReadonlySet<string>>;
  policies: ReadonlyMap<string, { id: string; name: string }[]>;
  inSwarm: ReadonlySet<string>;
}

interface Named {
  name: string;
  version: number;
  environment: string;
  fileName: string;
  store: string;
  externalId: string | null;
}

function listUses(known: Known, secret: Named): Use[] {
  const { name, version, environment, fileName } = secret;
  const names = namesIn(known.serviceName, environment);
  const uses: Use[] = [];
  const place = `/run/secrets/${fileName}`;
  if (known.appFiles.get(environment)?.has(fileName))
    uses.push({ kind: "app", words: `${names.appService} reads ${place}`, href: null });
  const isDatabase = (DATABASE_SECRETS as readonly string[]).includes(fileName) && known.engine !== "none";
  const account = accountOf(fileName, known.engine);
  if (isDatabase)
    uses.push({
      kind: "database",
      words: account
        ? `Password of ${account === "root" ? "root" : names.databaseUser} in ${names.databaseService}`
        : `${names.databaseService} is not given it: PostgreSQL has one account for everything`,
      href: null,
    });
  for (const policy of known.policies.get(name) ?? [])
    uses.push({
      kind: "backups",
      words: `Backups “${policy.name}” sign in with it`,
      href: `/backups/policies/${policy.id}`,
    });
  const swarmName = nameInSwarm(name, version);
  if (known.inSwarm.has(swarmName)) uses.push({ kind: "store", words: `Swarm: ${swarmName}`, href: null });
  if (secret.store === "bitwarden" && secret.externalId)
    uses.push({ kind: "store", words: `Bitwarden: ${name}`, href: null });
  return uses;
}
