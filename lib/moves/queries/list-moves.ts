import { authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import type { MoveRun } from "#lib/checklists/move.ts";
import { db, type Prisma, type Tx } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import { findEnvironment, namesIn, subjectOf } from "#lib/releases/queries/find-environment.ts";
import { MOVE_KEYS, type MoveMode } from "../constants.ts";
import type { MovesView, MoveView } from "../types.ts";
import { findHost } from "./find-host.ts";
import { findMissingStaging } from "./find-staging-move.ts";
import { judgeBack } from "./judge-back.ts";
import { findReadOnlyObstacle, findUpstream, foldersOf, readAddresses, readWhatRuns } from "./read-context.ts";

const LISTED = 20;
const toIso = (at: Date | null) => at?.toISOString() ?? null;

type MoveRow = Prisma.MoveGetPayload<object>;

/** How far it is, from its runs and their steps. */
async function readState(tx: Tx, move: MoveRow, backRun: { state: string } | null): Promise<MoveView["state"]> {
  if (backRun) return backRun.state === "succeeded" ? "went-back" : "stopped";
  const run =
    move.runId === null ? null : await tx.run.findUnique({ where: { id: move.runId }, select: { state: true } });
  if (run?.state === "succeeded") return "moved";
  if (run?.state === "failed" || run?.state === "cancelled" || !run) return "stopped";
  if (move.upAgainAt) return "switched";
  return move.downSince ? "down" : "preparing";
}

/** What stays on the old host until a person takes it away. */
function listLeft({ folders, foldersShared, database, stackName }: MoveRun): string[] {
  const kept = folders.filter(({ kind }) => kind === "volume" || !foldersShared);
  return [
    ...(database ? [`volume ${stackName}_db`] : []),
    ...kept.map(({ kind, source }) => `${kind === "bind" ? "folder" : "volume"} ${source}`),
  ];
}

async function toView(tx: Tx, move: MoveRow, names: ReadonlyMap<string, string>, mayMove: boolean): Promise<MoveView> {
  const plan = move.plan as unknown as MoveRun;
  const backRun = await tx.run.findFirst({
    where: { startKey: { startsWith: `${MOVE_KEYS.back}:${move.id}:` } },
    orderBy: { id: "desc" },
    select: { id: true, state: true },
  });
  const state = await readState(tx, move, backRun);
  const back = mayMove
    ? await judgeBack(tx, move)
    : { may: false, losesData: false, because: "Only the service's owner or an administrator may do this." };
  return {
    ...{ id: move.id, environment: move.environment, fromHost: move.fromHost, toHost: move.toHost },
    ...{ mode: plan.mode as MoveMode, state, runId: move.runId, backRunId: backRun?.id ?? null, budgetS: move.budgetS },
    ...{ downSince: toIso(move.downSince), upAgainAt: toIso(move.upAgainAt) },
    ...{ requestedBy: names.get(move.requestedById) ?? "", createdAt: move.createdAt.toISOString() },
    leftBehind: state === "moved" ? listLeft(plan) : null,
    back: { may: back.may, because: back.because, losesData: back.losesData },
  };
}

async function findOwner(tx: Tx, serviceName: string) {
  const service = await tx.service.findUnique({
    where: { name: serviceName },
    select: { id: true, name: true, ownerId: true },
  });
  if (!service) throw notFound("service");
  return service;
}

async function viewMoves(tx: Tx, actor: Actor, service: { id: string; ownerId: string }, rows: MoveRow[]) {
  const users = await tx.user.findMany({
    where: { id: { in: [...new Set(rows.map(({ requestedById }) => requestedById))] } },
    select: { id: true, displayName: true },
  });
  const names = new Map(users.map(({ id, displayName }) => [id, displayName]));
  const mayMove = may(actor, "moves.start", subjectOf(service)).ok;
  const views: MoveView[] = [];
  for (const row of rows) views.push(await toView(tx, row, names, mayMove));
  return { views, mayMove };
}

/** The move that a run carries out or goes back from, with its clock; null: it is none's. */
export async function getMoveOfRun(actor: Actor, runId: number): Promise<MoveView | null> {
  authorize(actor, "moves.read");
  const run = await db().run.findUnique({ where: { id: runId }, select: { startKey: true } });
  const [key, moveId] = run?.startKey.split(":") ?? [];
  if (key !== MOVE_KEYS.move && key !== MOVE_KEYS.back) return null;
  const move = await db().move.findUnique({
    where: { id: moveId ?? "" },
    include: { service: { select: { id: true, ownerId: true } } },
  });
  if (!move) return null;
  const { views } = await viewMoves(db(), actor, move.service, [move]);
  return views[0] ?? null;
}

/** What can be moved of a service and where to, and what was moved so far. */
export async function listMoves(actor: Actor, serviceName: string): Promise<MovesView> {
  authorize(actor, "moves.read");
  const tx = db();
  const service = await findOwner(tx, serviceName);
  const rows = await tx.move.findMany({
    where: { serviceId: service.id },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: LISTED,
  });
  const { views, mayMove } = await viewMoves(tx, actor, service, rows);
  const present = await tx.environment.findMany({
    where: { serviceId: service.id, currentId: { not: null } },
    orderBy: { name: "asc" },
  });
  const environments: MovesView["environments"] = [];
  for (const { name } of present) {
    const view = await describeEnvironment(tx, service, name);
    if (view) environments.push(view);
  }
  const upstream = may(actor, "moves.setUpstream", subjectOf(service));
  const nodes = await tx.swarmNode.findMany({ orderBy: { hostname: "asc" } });
  return {
    moves: views,
    environments,
    hosts: nodes.map(({ hostname, state, availability }) => ({
      name: hostname,
      ready: state === "ready" && availability === "active",
    })),
    mayMove,
    noUpstream: upstream.ok ? null : upstream.because,
  };
}

async function describeEnvironment(tx: Tx, service: { id: string; name: string }, name: string) {
  const environment = await findEnvironment(service.name, name, tx);
  const running = await readWhatRuns(tx, environment).catch(() => null);
  if (!running) return null;
  const host = await findHost(tx, namesIn(service.name, name).stackName);
  const addresses = await readAddresses(tx, service.id, running.settings.hostnames);
  return {
    ...{ name, host },
    upstreamHost: await findUpstream(tx, service.id, name),
    addresses: [...new Set(addresses.flatMap(({ values }) => values))],
    noReadOnly: findReadOnlyObstacle(running),
    hasFolder: foldersOf(running.content).some(({ kind }) => kind === "bind"),
    needsStagingFirst: await findMissingStaging(tx, environment, ""),
  };
}
