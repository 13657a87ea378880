import type { Actor } from "#lib/access/types.ts";
import type { ServiceDatabase } from "#lib/databases/queries/find-database.ts";
import type { Prisma } from "#lib/platform/db/client.ts";
import { readEditors } from "../approval/editors.ts";
import { ACTS, type Act, isExpired, judgeAct } from "../approval/judge-acts.ts";
import type { DataChangeState } from "../constants.ts";
import type { DataChangeListRow, DataChangeView } from "../types.ts";
import { type DataChangeRow, WITH_NAMES } from "./find-data-change.ts";

/** In which states one waits for whom, by what they would do. */
export const WAITS_FOR: Partial<Record<string, Act>> = {
  proposed: "approve",
  approved: "preview",
  reporting: "report",
};

/** How it stands: one whose time has passed is expired, also before a worker has noted it. */
const stateNow = (row: Pick<DataChangeRow, "state" | "expiresAt">, now: Date) =>
  isExpired(row, now) ? ("expired" as const) : row.state;

/** What a list shows. Statements and reports are long: they are neither read nor sealed anew for it. */
export const LISTED = {
  ...{ id: true, state: true, environment: true, title: true, seal: true, expiresAt: true },
  ...{ requestedById: true, editorIds: true, createdAt: true, finishedAt: true },
  service: WITH_NAMES.service,
  requestedBy: WITH_NAMES.requestedBy,
} as const satisfies Prisma.DataChangeSelect;
type Listed = Omit<Prisma.DataChangeGetPayload<{ select: typeof LISTED }>, "state"> & { state: DataChangeState };

export function toListRow(row: Listed, actor: Actor, now: Date): DataChangeListRow {
  const act = WAITS_FOR[row.state];
  return {
    id: row.id,
    service: row.service.name,
    environment: row.environment,
    title: row.title,
    state: stateNow(row, now),
    requestedBy: { id: row.requestedBy.id, name: row.requestedBy.displayName },
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    waitsForMe:
      act !== undefined &&
      judgeAct(actor, { ...row, preview: null, sealNow: row.seal }, act, { isPreviewing: false, now }) === null,
  };
}

interface Around {
  actor: Actor;
  now: Date;
  database: ServiceDatabase | null;
  isPreviewing: boolean;
  nameOf(id: string | null): { id: string; name: string } | null;
}

export function toView(row: DataChangeRow, { actor, now, database, isPreviewing, nameOf }: Around): DataChangeView {
  const acts = ACTS.map((act) => [act, judgeAct(actor, row, act, { isPreviewing, now })?.message ?? null] as const);
  const { preview } = row;
  return {
    ...toListRow(row, actor, now),
    ...{ cause: row.cause, problem: row.problem, procedure: row.procedure, success: row.success },
    statements: row.statements,
    engine: database?.source.kind ?? null,
    database: database?.source.databaseName ?? null,
    seal: row.seal,
    version: row.version,
    editors: readEditors(row.editorIds).flatMap((id) => nameOf(id) ?? []),
    decidedBy: row.approvedBy ? { id: row.approvedBy.id, name: row.approvedBy.displayName } : null,
    decidedAt: row.approvedAt?.toISOString() ?? null,
    decisionComment: row.approvalComment,
    expiresAt: row.state === "proposed" || row.state === "approved" ? row.expiresAt.toISOString() : null,
    preview: preview && { statements: preview.statements, untouchable: preview.untouchable },
    previewedBy: nameOf(preview?.byId ?? null),
    previewedAt: row.previewedAt?.toISOString() ?? null,
    previewRunId: row.previewRunId,
    isPreviewing,
    carriedOutBy: nameOf(row.carriedOutById),
    runId: row.runId,
    result: row.result,
    expected: row.expected,
    happened: row.happened,
    reportedBy: nameOf(row.reportedById),
    may: Object.fromEntries(acts) as DataChangeView["may"],
  };
}
