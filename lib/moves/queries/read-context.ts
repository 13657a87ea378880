import { isSqlSource, type SqlBackupSource } from "#lib/backups/restore/database-entry.ts";
import { sourceSchema } from "#lib/backups/schema/source.ts";
import type { MoveRun, MovingRecord } from "#lib/checklists/move.ts";
import { contentToStack } from "#lib/checklists/stack-input.ts";
import { type RouteInput, routeInputSchema } from "#lib/ingress/schema.ts";
import { hasCloudflare } from "#lib/integrations/cloudflare/client.ts";
import { config } from "#lib/platform/config/config.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { conflict, invalid } from "#lib/platform/errors.ts";
import { findEnvironment, namesIn, readConfig, readRunning } from "#lib/releases/queries/find-environment.ts";
import { withLivingSecrets } from "#lib/releases/queries/list-missing-secrets.ts";
import type { ReleaseContent, ReleaseTemplate } from "#lib/releases/schema/content.ts";
import { releaseTemplateSchema } from "#lib/releases/schema/content.ts";
import type { EnvironmentConfigContent } from "#lib/releases/schema/release.ts";
import { findPlace } from "#lib/runs/queries/find-place.ts";
import { GUARDED_PORTS } from "#lib/services/constants.ts";
import type { Naming } from "#lib/services/naming.ts";
import type { NewMove } from "../schema/move.ts";
import type { MoveProbe, MovingFolder } from "../schema/steps.ts";
import { findHost } from "./find-host.ts";
import { findStagingMove } from "./find-staging-move.ts";

type FoundEnvironment = Awaited<ReturnType<typeof findEnvironment>>;

/** What is put behind a stack's name for the copy of it on the new host. */
const COPY = "next";

interface Running {
  content: ReleaseContent;
  template: ReleaseTemplate;
  settings: EnvironmentConfigContent;
}

/** What runs in the environment, as it was frozen when it came there. */
export async function readWhatRuns(tx: Tx, environment: FoundEnvironment): Promise<Running> {
  const running = await readRunning(tx, environment);
  const release =
    running && (await tx.release.findUnique({ where: { id: running.releaseId }, select: { template: true } }));
  const settings = await readConfig(tx, environment.id);
  if (!running || !release || !settings)
    throw conflict(
      "moves.nothing_runs",
      `Nothing that the panel knows of runs in ${environment.name}.`,
      "Finish its provisioning first.",
    );
  return {
    // A version that a rotation took away can be given to no stack any more.
    content: await withLivingSecrets(tx, environment, running.content),
    template: releaseTemplateSchema.parse(release.template),
    settings: settings.content,
  };
}

/** Its own database, as backups reach it. */
function databaseOf(names: Naming, template: ReleaseTemplate): SqlBackupSource | null {
  if (!template.database) return null;
  const source = sourceSchema.parse({
    kind: template.database.engine,
    stackName: names.stackName,
    swarmService: names.databaseService,
    databaseName: names.databaseName,
    userName: names.databaseUser,
    passwordSecret: names.databasePassword,
    rootPasswordSecret: template.database.engine === "postgresql" ? null : names.databaseRootPassword,
  });
  return isSqlSource(source) ? source : null;
}

/** Folders and volumes that the app writes or reads; the same one mounted twice is one. */
export function foldersOf(content: ReleaseContent): MovingFolder[] {
  const found = new Map<string, MovingFolder>();
  for (const { kind, source } of content.mounts) {
    const key = kind === "folder" ? "folder" : source.slice(-50);
    found.set(`${kind}:${source}`, { key, kind: kind === "folder" ? "bind" : "volume", source });
  }
  return [...found.values()];
}

/** Why its database alone cannot be made read-only; null: it can. */
export function findReadOnlyObstacle({ content, template }: Pick<Running, "content" | "template">): string | null {
  if (!template.database) return "It has no database that could be made read-only.";
  return content.mounts.some(({ readOnly }) => !readOnly) ? "It writes files too, which only stopping it ends." : null;
}

/** Where the reverse proxy asks for it now: by its newest route, else where it was moved to, else as the settings say. */
export async function findUpstream(tx: Tx, serviceId: string, environment: string): Promise<string> {
  const [configured = ""] = listUpstreams();
  const route = await findRoute(tx, serviceId, environment);
  return route?.upstreamHost ?? (await findPlace(tx, serviceId, environment))?.upstreamHost ?? configured;
}

/** Addresses of the settings, the one in use first. */
export function listUpstreams(): string[] {
  const { INGRESS_UPSTREAM_HOST, INGRESS_IPV4 } = config();
  return [INGRESS_UPSTREAM_HOST, INGRESS_IPV4].filter((address) => address !== "");
}

/** The newest route of it at the reverse proxy that a run made. */
async function findRoute(tx: Tx, serviceId: string, environment: string): Promise<RouteInput | null> {
  const step = await tx.step.findFirst({
    where: { name: "ingress.route", state: "succeeded", run: { serviceId, environment, mode: "apply" } },
    orderBy: { id: "desc" },
    select: { input: true },
  });
  return routeInputSchema.safeParse(step?.input).data ?? null;
}

/** A record records of the service under the environment's names, as they are now. */
export async function readAddresses(tx: Tx, serviceId: string, hostnames: readonly string[]) {
  const rows = await tx.dnsRecord.findMany({
    where: { serviceId, type: "A", name: { in: [...hostnames] }, state: { notIn: ["removed", "removing"] } },
    orderBy: { name: "asc" },
  });
  return rows.map(({ name, ttl, values }) => ({ name, ttl, values: Array.isArray(values) ? values.map(String) : [] }));
}

function toRecords(addresses: Awaited<ReturnType<typeof readAddresses>>, ipv4: string | null): MovingRecord[] {
  if (ipv4 === null) return [];
  return addresses
    .filter(({ values }) => values.join() !== ipv4)
    .map(({ name, ttl, values }) => ({ name, ttl, from: values, to: [ipv4] }));
}

/** The page that tells whether it answers, at a host; null: it publishes none, or its settings name none. */
function toProbe({ settings, content }: Running, names: Naming, host: string): MoveProbe | null {
  const web = content.ports.find(
    ({ protocol, published, target }) =>
      protocol === "tcp" && published !== null && !GUARDED_PORTS[target] && !GUARDED_PORTS[published],
  );
  if (!settings.probe || web?.published == null || content.replicas === 0) return null;
  return {
    host,
    port: web.published,
    path: settings.probe.path,
    hostname: names.hostname,
    status: settings.probe.status,
  };
}

/** Two of it would write the same files at once: the copy's app is not started then. */
const wouldShareFiles = ({ content }: Pick<Running, "content">, { foldersShared }: NewMove) =>
  foldersShared && content.mounts.some(({ kind, readOnly }) => kind === "folder" && !readOnly);

/** Beside what runs, with names of its own but on the volumes that will be taken over. */
function toCopy(stack: Record<string, unknown>, copyStackName: string, replicas: number): Record<string, unknown> {
  const app = stack.app as Record<string, unknown> & { replicas: number };
  // A port of the routing mesh is one for all hosts; only a host's own can be had a second time.
  const ports = config().SWARM_PUBLISH_MODE === "host" ? app.ports : [];
  return {
    ...stack,
    stackName: copyStackName,
    networkName: `${copyStackName}_default`,
    app: { ...app, ports, replicas: Math.min(replicas, app.replicas) },
  };
}

async function assertMovable(
  environment: FoundEnvironment,
  wanted: NewMove,
  running: Running,
  fromHost: string | null,
) {
  if (environment.service.state !== "live")
    throw conflict("moves.not_live", `${environment.service.name} is not live.`);
  if (fromHost === wanted.toHost) throw invalid({ toHost: `It runs on ${wanted.toHost} already.` });
  if (!fromHost)
    throw conflict(
      "moves.no_single_host",
      "The panel does not see it run on one single host.",
      "Look at its tasks: something that runs on several hosts at once need not move, and what is down must run first.",
    );
  const obstacle = wanted.mode === "read-only" ? findReadOnlyObstacle(running) : null;
  if (obstacle) throw invalid({ mode: obstacle });
  if (!config().BACKUP_HELPER_IMAGE && foldersOf(running.content).length > 0 && !wanted.foldersShared)
    throw conflict(
      "moves.no_helper_image",
      "BACKUP_HELPER_IMAGE names no image, so folders and volumes cannot be copied.",
      "Set it to the panel's own image.",
    );
  return fromHost;
}

/** What the move is compiled from: everything that a person did not say is found out here, in the caller's transaction. */
export async function readMoveContext(tx: Tx, serviceName: string, wanted: NewMove): Promise<MoveRun> {
  const environment = await findEnvironment(serviceName, wanted.environment, tx);
  const { service } = environment;
  const names = namesIn(service.name, environment.name);
  const running = await readWhatRuns(tx, environment);
  const fromHost = await assertMovable(environment, wanted, running, await findHost(tx, names.stackName));
  const { content, template } = running;
  const before = contentToStack(content, names, template.database);
  const stack = contentToStack({ ...content, placement: { hostname: wanted.toHost } }, names, template.database);
  const sharesFiles = wouldShareFiles(running, wanted);
  const copyStackName = `${names.stackName.slice(0, 74)}-${COPY}`;
  const database = databaseOf(names, template);
  const routeBefore = await findRoute(tx, service.id, environment.name);
  const upstreamBefore = await findUpstream(tx, service.id, environment.name);
  const upstreamHost = wanted.upstreamHost ?? upstreamBefore;
  return {
    ...{ serviceName: service.name, environment: environment.name, fromHost, toHost: wanted.toHost },
    ...{ stackName: names.stackName, copyStackName, networkName: names.networkName },
    ...{ mode: wanted.mode, budgetS: wanted.budgetS, waitForGo: wanted.waitForGo },
    ...{ replaceLeftovers: wanted.replaceLeftovers, foldersShared: wanted.foldersShared, sharesFiles },
    ...{ stack, before, copy: toCopy(stack, copyStackName, sharesFiles ? 0 : 1) },
    database,
    copyDatabase: database && { ...database, stackName: copyStackName, swarmService: `${copyStackName}_db` },
    folders: foldersOf(content),
    records: toRecords(await readAddresses(tx, service.id, running.settings.hostnames), wanted.ipv4),
    route: routeBefore && { ...routeBefore, upstreamHost },
    routeBefore,
    probe: toProbe(running, names, upstreamHost),
    probeBefore: toProbe(running, names, upstreamBefore),
    ...{ upstreamHost, upstreamBefore, ipv4: wanted.ipv4, placementBefore: content.placement },
    stagingWaiver: await findStagingMove(tx, environment, wanted),
    purge: hasCloudflare() ? running.settings.hostnames : [],
  };
}
