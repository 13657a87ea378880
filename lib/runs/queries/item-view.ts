import { type Action, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import type { Prisma } from "#lib/platform/db/client.ts";
import { mayRemoveEvidence } from "../commands/add-evidence.ts";
import { mayRelease } from "../commands/claim-item.ts";
import { mayConfirm } from "../may-confirm.ts";
import type { EvidenceKind, EvidenceView, ItemView } from "../types.ts";
import { toIso } from "./run-summary.ts";

/** Everything but the bytes. */
export const EVIDENCE = {
  where: { removedAt: null },
  orderBy: [{ addedAt: "asc" }, { id: "asc" }],
  select: {
    ...{ id: true, kind: true, text: true, fileName: true, size: true, sha256: true, addedById: true, addedAt: true },
  },
} as const satisfies Prisma.Step$evidenceArgs;

type ItemRow = Prisma.StepGetPayload<{ include: { evidence: typeof EVIDENCE } }>;

export interface ItemScope {
  actor: Actor;
  /** Display names by id. */
  names: ReadonlyMap<string, string>;
  /** Median times of past runs by the item's key. */
  usual: ReadonlyMap<string, number>;
  run: { mode: string; requestedById: string | null };
}

/** Everybody an item names. */
export const peopleOf = (row: ItemRow): string[] =>
  [
    ...[row.confirmedById, row.confirmById, row.claimedById, row.draftById, row.waivedById],
    ...row.evidence.map((one) => one.addedById),
  ].filter((id) => id !== null);

function toEvidence(row: ItemRow["evidence"][number], { actor, names }: ItemScope, isOpen: boolean): EvidenceView {
  const { fileName, size, sha256 } = row;
  return {
    id: row.id,
    kind: row.kind as EvidenceKind,
    text: row.text,
    file:
      fileName !== null && size !== null && sha256 !== null
        ? { name: fileName, size, sha256: Buffer.from(sha256).toString("hex") }
        : null,
    addedBy: { id: row.addedById, name: names.get(row.addedById) ?? "" },
    addedAt: row.addedAt.toISOString(),
    mayRemove: isOpen && actor.kind === "user" && mayRemoveEvidence(actor, row),
  };
}

/** From its turn, or from when somebody took it, to its end. */
function measure({ readyAt, claimedAt, finishedAt, confirmedById }: ItemRow): number | null {
  if (!readyAt || !finishedAt || !confirmedById) return null;
  const from = Math.max(readyAt.getTime(), claimedAt?.getTime() ?? 0);
  return Math.max(0, finishedAt.getTime() - from);
}

/** What only a step that a person does has, as its reader may see it. */
export function toItem(row: ItemRow, scope: ItemScope): ItemView | null {
  if (row.name !== "manual") return null;
  const { actor, names, run } = scope;
  const person = (id: string | null) => (id ? { id, name: names.get(id) ?? "" } : null);
  const waivedBy = person(row.waivedById);
  const isOver = row.waiverUntil !== null && row.waiverUntil <= new Date();
  const isReopened = row.state === "skipped" && waivedBy !== null && isOver;
  const isTurn = run.mode === "apply" && (row.state === "needs_person" || isReopened);
  const isOpen = isTurn || (run.mode === "apply" && row.state === "blocked");
  const can = (action: Action) => may(actor, action, { confirmById: row.confirmById, ...run }).ok;
  return {
    rev: row.itemRev,
    instructions: row.instructions,
    evidenceKind: (row.evidenceKind ?? "note") as EvidenceKind,
    estimateMin: row.estimateMin,
    usualMs: scope.usual.get(row.key) ?? null,
    actualMs: measure(row),
    dueBy: toIso(row.dueBy),
    confirmBy: person(row.confirmById),
    claimedBy: person(row.claimedById),
    claimedAt: toIso(row.claimedAt),
    draft: { note: row.draftNote ?? "", by: person(row.draftById), at: toIso(row.draftAt) },
    waiver:
      waivedBy && row.waiverReason !== null && row.waiverUntil && row.state === "skipped"
        ? { by: waivedBy, reason: row.waiverReason, until: row.waiverUntil.toISOString(), isOver }
        : null,
    evidence: row.evidence.map((one) => toEvidence(one, scope, isOpen)),
    may: {
      claim: isOpen && actor.kind === "user" && row.claimedById !== actor.id && mayConfirm(actor, row),
      release: isOpen && actor.kind === "user" && mayRelease(actor, row),
      edit: isOpen && can("items.edit"),
      setDue: isOpen && !isReopened && can("items.setDue"),
      waive: isTurn && can("items.waive"),
      readFiles: can("items.readFiles"),
    },
  };
}
