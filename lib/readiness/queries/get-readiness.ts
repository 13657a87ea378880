import { authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { READINESS } from "#lib/checklists/readiness.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import { readAnswers } from "#lib/secret-stores/queries/read-place.ts";
import { MANAGERS, type Manager, WRITTEN_KINDS } from "../constants.ts";
import { describeProblem, type FoundPort } from "../survey/compare-ports.ts";
import { guessDebian } from "../survey/guess-debian.ts";
import type { DependencyView, ReadinessView, WrittenView } from "../types.ts";

/** More than this of what the panel found is not read; what people wrote, the surveys and the ports come first. */
const MOST_ROWS = 20_000;

const readRows = (tx: Tx, serviceId: string) =>
  tx.serviceDocument.findMany({
    where: { serviceId, removedAt: null },
    orderBy: [{ source: "desc" }, { kind: "desc" }, { name: "asc" }],
    take: MOST_ROWS,
  });
type Row = Awaited<ReturnType<typeof readRows>>[number];

const detailOf = (row: Row) => (row.detail ?? {}) as Record<string, unknown>;
const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Found in several environments it is one. */
function listDependencies(rows: readonly Row[]): DependencyView[] {
  const found = new Map<string, DependencyView>();
  for (const row of rows) {
    const detail = detailOf(row);
    const manager = text(detail.manager) as Manager;
    if (row.kind !== "dependency" || row.source !== "panel" || !(manager in MANAGERS)) continue;
    const name = text(detail.name);
    found.set(`${row.name} ${text(detail.version)}`, {
      ...{ id: row.id, name, version: text(detail.version), manager, path: text(detail.path) || null },
      guess: guessDebian(manager, name),
      debian: (detail.debian as DependencyView["debian"]) ?? null,
    });
  }
  return [...found.values()];
}

async function listWritten(tx: Tx, rows: readonly Row[]): Promise<WrittenView[]> {
  const mine = rows.filter(({ source }) => source === "person");
  const people = await tx.user.findMany({
    where: { id: { in: mine.flatMap(({ addedById }) => addedById ?? []) } },
    select: { id: true, displayName: true },
  });
  const names = new Map(people.map(({ id, displayName }) => [id, displayName]));
  return mine
    .toSorted((one, other) => one.addedAt.getTime() - other.addedAt.getTime())
    .flatMap((row) => {
      const kind = WRITTEN_KINDS.find((one) => one === row.kind);
      if (!kind) return [];
      const by = row.addedById === null ? null : (names.get(row.addedById) ?? null);
      return [{ id: row.id, kind, name: row.name, note: text(detailOf(row).note), by, at: row.addedAt.toISOString() }];
    });
}

async function listSurveys(tx: Tx, serviceId: string, rows: readonly Row[]): Promise<ReadinessView["surveys"]> {
  const environments = await tx.environment.findMany({ where: { serviceId }, orderBy: { name: "asc" } });
  const runs = await tx.run.findMany({
    where: { serviceId, checklistKey: READINESS.key },
    orderBy: { id: "desc" },
    take: 20,
    select: { id: true, state: true, environment: true },
  });
  return environments.map(({ name }) => {
    const row = rows.find((one) => one.kind === "survey" && one.name === name);
    const detail = row ? detailOf(row) : {};
    const run = runs.find((one) => one.environment === name);
    return {
      environment: name,
      at: text(detail.at) || null,
      images: (detail.images ?? {}) as Record<string, string>,
      elsewhere: Number(detail.elsewhere ?? 0),
      unreadable: (detail.unreadable ?? []) as string[],
      run: run && run.state !== "succeeded" ? { id: run.id, state: run.state } : null,
    };
  });
}

const unique = <T>(items: readonly T[], keyOf: (item: T) => string): T[] => [
  ...new Map(items.map((item) => [keyOf(item), item])).values(),
];

/** How ready a service is to run in production: its ports, what it is made of, and what people wrote down about it. */
export async function getReadiness(actor: Actor, serviceName: string): Promise<ReadinessView> {
  authorize(actor, "readiness.read");
  const tx = db();
  const service = await tx.service.findUnique({
    where: { name: serviceName },
    select: { id: true, ownerId: true, state: true },
  });
  if (!service) throw notFound("service");
  const rows = await readRows(tx, service.id);
  const answers = await readAnswers(tx, service.id);
  const found = rows
    .filter(({ kind, source }) => kind === "port" && source === "panel")
    .map((row) => detailOf(row) as unknown as FoundPort & { environment: string });
  const isInternal = answers?.exposure.audience === "internal";
  const subject = { ownerId: service.ownerId, serviceId: service.id };
  const isSwarm = answers?.placement.method !== "nixos";
  return {
    surveys: await listSurveys(tx, service.id, rows),
    ports: found.map((port) => ({ ...port, problem: describeProblem(port) })),
    firewall: found
      .filter(({ published, guarded }) => published !== null && (guarded !== null || isInternal))
      .map(
        ({ environment, protocol, published, guarded }) =>
          `${protocol} ${published} (${environment})${guarded ? `: ${guarded} trusts whoever reaches it` : ": the service is internal"}`,
      ),
    dependencies: listDependencies(rows),
    packages: unique(
      rows
        .filter(({ kind, source }) => kind === "package" && source === "panel")
        .map((row) => ({ name: row.name, version: text(detailOf(row).version), manager: text(detailOf(row).manager) })),
      ({ name, version }) => `${name} ${version}`,
    ),
    changedFiles: unique(
      rows
        .filter(({ kind, source }) => kind === "file" && source === "panel")
        .map((row) => ({ path: row.name, act: text(detailOf(row).act) })),
      ({ path }) => path,
    ),
    written: await listWritten(tx, rows),
    mayLook: isSwarm && service.state === "live" && may(actor, "readiness.look", subject).ok,
    mayWrite: service.state !== "retired" && may(actor, "readiness.write", subject).ok,
  };
}
