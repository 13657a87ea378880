import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import { RUN_LINK, toRunLink } from "#lib/runs/queries/run-link.ts";
import { GROUP_KEYS, type GroupKey, type ServiceState } from "../constants.ts";
import { draftSecretName, secretFullName } from "../naming.ts";
import { checkGroup, type DraftAnswers, fillAnswers, GROUPS, isAnswerGroup } from "../schema/answers.ts";
import type { DraftSummary, DraftView } from "../types.ts";

const DRAFTS_MAX = 200;
const OWNER = { select: { id: true, displayName: true } } as const;

/** A draft as commands and queries work on it. */
export interface Draft {
  id: string;
  rev: number;
  group: GroupKey;
  answers: DraftAnswers;
  owner: { id: string; name: string };
  serviceId: string | null;
  planRunId: number | null;
  createdAt: Date;
  updatedAt: Date;
}

interface DraftRow {
  id: string;
  rev: number;
  group: string;
  answers: unknown;
  owner: { id: string; displayName: string };
  serviceId: string | null;
  planRunId: number | null;
  createdAt: Date;
  updatedAt: Date;
}

const toDraft = (row: DraftRow): Draft => ({
  ...row,
  group: (GROUP_KEYS as readonly string[]).includes(row.group) ? (row.group as GroupKey) : "identity",
  answers: (row.answers ?? {}) as DraftAnswers,
  owner: { id: row.owner.id, name: row.owner.displayName },
});

/** The draft, with its answers still unchecked; 404 when there is none. */
export async function loadDraft(tx: Tx, draftId: string): Promise<Draft> {
  const row = await tx.serviceDraft.findUnique({ where: { id: draftId }, include: { owner: OWNER } });
  if (!row) throw notFound("draft");
  return toDraft(row);
}

/** The same, held until the transaction ends: nobody changes or starts it between what was asked of it and what is done. */
export async function lockDraft(tx: Tx, draftId: string): Promise<Draft> {
  await tx.$queryRaw`SELECT id FROM ServiceDraft WHERE id = ${draftId} FOR UPDATE`;
  return loadDraft(tx, draftId);
}

/** The answers filled up with defaults; the owner of the draft is the owner of the service until somebody else is chosen. */
export function fillDraft(draft: Draft): DraftView["answers"] {
  const identity = { ownerId: draft.owner.id, ...draft.answers.identity };
  return fillAnswers({ ...draft.answers, identity }) as unknown as DraftView["answers"];
}

/** Short names of the secrets whose value is kept for a draft, or already for its service. */
export async function listSecretsSet(tx: Tx, draft: Draft): Promise<string[]> {
  const serviceName = String(draft.answers.identity?.name ?? "");
  const prefixes = [draftSecretName(draft.id, ""), ...(draft.serviceId ? [secretFullName(serviceName, "")] : [])];
  const rows = await tx.secret.findMany({
    where: { deletedAt: null, OR: prefixes.map((prefix) => ({ name: { startsWith: prefix } })) },
    select: { name: true },
    distinct: ["name"],
  });
  return [...new Set(rows.map((row) => row.name.slice(row.name.lastIndexOf(".") + 1)))].sort();
}

export async function readDraft(tx: Tx, draftId: string): Promise<DraftView> {
  const draft = await loadDraft(tx, draftId);
  const answers = fillDraft(draft);
  const [secretsSet, service, planRun, provisionRun] = await Promise.all([
    listSecretsSet(tx, draft),
    draft.serviceId
      ? tx.service.findUnique({ where: { id: draft.serviceId }, select: { id: true, name: true, state: true } })
      : null,
    draft.planRunId
      ? tx.run.findUnique({ where: { id: draft.planRunId }, select: { ...RUN_LINK, startKey: true } })
      : null,
    tx.run.findFirst({
      where: { draftId, mode: "apply" },
      orderBy: { id: "desc" },
      select: RUN_LINK,
    }),
  ]);
  return {
    id: draft.id,
    rev: draft.rev,
    group: draft.group,
    answers,
    groups: GROUP_KEYS.map((key) => {
      if (!isAnswerGroup(key)) return { key, title: "Review", state: "empty" as const, fields: {} };
      const isSaved = draft.answers[key] !== undefined;
      const fields = checkGroup(key, answers);
      const state = !isSaved ? "empty" : Object.keys(fields).length > 0 ? "problems" : "complete";
      return { key, title: GROUPS[key].title, state, fields: isSaved ? fields : {} };
    }),
    secretsSet,
    owner: draft.owner,
    service: service ? { ...service, state: service.state as ServiceState } : null,
    planRun: planRun ? toRunLink(planRun) : null,
    planIsCurrent: planRun !== null && isPlanOf(planRun.startKey, draft),
    provisionRun: provisionRun ? toRunLink(provisionRun) : null,
    createdAt: draft.createdAt.toISOString(),
    updatedAt: draft.updatedAt.toISOString(),
  };
}

export const planKey = (draft: { id: string; rev: number }) => `plan:${draft.id}:${draft.rev}`;
/** Whether a plan run was made from the draft as it is now. */
export const isPlanOf = (startKey: string, draft: { id: string; rev: number }) =>
  startKey === planKey(draft) || startKey.startsWith(`${planKey(draft)}:`);

/** A draft with everything the wizard shows of it. */
export async function getDraft(actor: Actor, draftId: string): Promise<DraftView> {
  authorize(actor, "drafts.read");
  return readDraft(db(), draftId);
}

/** Drafts not yet live, the newest first; only one person's when told so. */
export async function listOpenDrafts(tx: Tx, ownerId?: string): Promise<DraftSummary[]> {
  const rows = await tx.serviceDraft.findMany({
    where: ownerId ? { ownerId } : {},
    include: { owner: OWNER },
    orderBy: { updatedAt: "desc" },
    take: DRAFTS_MAX,
  });
  const ids = rows.flatMap((row) => (row.serviceId ? [row.serviceId] : []));
  const services = await tx.service.findMany({
    where: { id: { in: ids } },
    select: { id: true, name: true, state: true },
  });
  const byId = new Map(services.map((service) => [service.id, service]));
  return rows.map(toDraft).flatMap((draft) => {
    const service = draft.serviceId ? byId.get(draft.serviceId) : undefined;
    // Once it is live, the service's own page takes over.
    if (service && service.state !== "failed" && service.state !== "provisioning") return [];
    const { name, purpose } = draft.answers.identity ?? {};
    return [
      {
        id: draft.id,
        name: typeof name === "string" && name !== "" ? name : null,
        purpose: typeof purpose === "string" ? purpose : "",
        group: draft.group,
        owner: draft.owner,
        service: service ? { name: service.name, state: service.state as ServiceState } : null,
        updatedAt: draft.updatedAt.toISOString(),
      },
    ];
  });
}

export async function listDrafts(actor: Actor): Promise<DraftSummary[]> {
  authorize(actor, "drafts.list");
  return listOpenDrafts(db());
}
