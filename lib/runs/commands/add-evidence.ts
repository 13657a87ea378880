import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { sha256 } from "#lib/platform/crypto.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { AppError, conflict, invalid, notFound } from "#lib/platform/errors.ts";
import { EVIDENCE_FILE_MAX_BYTES, EVIDENCE_MAX, EVIDENCE_TEXT_MAX, ITEM_NOTE_MAX } from "../constants.ts";
import { wakeWatchers } from "../wake.ts";
import { lockOpenItem } from "./lock-item.ts";
import { touchRun } from "./touch-run.ts";

const EVIDENCE_EVER = EVIDENCE_MAX * 4;

export type NewEvidence =
  | { kind: "note"; text: string }
  | { kind: "link"; text: string }
  | { kind: "file"; text: string; fileName: string; mediaType: string; base64: string };

function assertText({ kind, text }: { kind: string; text: string }): void {
  if (kind === "note" && text === "") throw invalid({ text: "There is nothing to keep." });
  const max = kind === "note" ? ITEM_NOTE_MAX : EVIDENCE_TEXT_MAX;
  if (text.length > max) throw invalid({ text: `Keep it below ${max} characters.` });
  if (kind !== "link") return;
  const url = URL.parse(text);
  if (url?.protocol !== "https:" && url?.protocol !== "http:")
    throw invalid({ text: "Give a whole address that begins with https:// or http://." });
  if (url.username || url.password) throw invalid({ text: "Leave the name and password out of the address." });
}

function readFile(base64: string): Uint8Array<ArrayBuffer> {
  // Checked before it is decoded: Node's decoder leaves out what it does not know.
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0)
    throw invalid({ file: "The file did not arrive whole. Try again." });
  const bytes = new Uint8Array(Buffer.from(base64, "base64"));
  if (bytes.length === 0) throw invalid({ file: "The file is empty." });
  if (bytes.length > EVIDENCE_FILE_MAX_BYTES) throw invalid({ file: "Files may have 10 MB at most." });
  return bytes;
}

/** Puts a note, a link or a file with its hash to an item. What is there is never changed, only taken back. */
export async function addEvidence(
  actor: UserActor,
  stepId: number,
  evidence: NewEvidence,
): Promise<{ runId: number; evidenceId: string }> {
  authorize(actor, "items.edit");
  const text = evidence.text.trim();
  assertText({ kind: evidence.kind, text });
  const body = evidence.kind === "file" ? readFile(evidence.base64) : null;
  const hash = body ? sha256(body) : null;
  const evidenceId = randomUUID();
  const file =
    evidence.kind === "file" && body && hash
      ? { fileName: evidence.fileName, mediaType: evidence.mediaType, size: body.length, sha256: hash, body }
      : {};
  const runId = await transaction(async (tx) => {
    const { run, step } = await lockOpenItem(tx, stepId);
    // What was taken back stays in the record, so that adding and taking back has an end, too.
    if ((await tx.stepEvidence.count({ where: { stepId } })) >= EVIDENCE_EVER)
      throw conflict("items.too_much", `An item takes ${EVIDENCE_EVER} pieces at most, with those taken back.`);
    const many = await tx.stepEvidence.count({ where: { stepId, removedAt: null } });
    if (many >= EVIDENCE_MAX) throw conflict("items.too_much", `An item holds ${EVIDENCE_MAX} pieces at most.`);
    await tx.stepEvidence.create({
      data: { id: evidenceId, stepId, kind: evidence.kind, text, addedById: actor.id, ...file },
      select: { id: true },
    });
    await touchRun(tx, run.id);
    await recordAudit(tx, actor, {
      action: "items.addEvidence",
      subjectType: "run",
      subjectId: run.id,
      detail: {
        ...{ step: step.key, kind: evidence.kind },
        ...(evidence.kind === "file" && hash
          ? { file: evidence.fileName, sha256: Buffer.from(hash).toString("hex") }
          : { text }),
      },
    });
    return run.id;
  });
  wakeWatchers([runId]);
  return { runId, evidenceId };
}

/** Takes back what one put there oneself, or as a manager anything, while the item is open. Its name and hash stay in the record. */
export async function removeEvidence(
  actor: UserActor,
  { stepId, evidenceId }: { stepId: number; evidenceId: string },
): Promise<{ runId: number }> {
  authorize(actor, "items.edit");
  const runId = await transaction(async (tx) => {
    const { run, step } = await lockOpenItem(tx, stepId);
    const row = await tx.stepEvidence.findUnique({
      where: { id: evidenceId },
      select: { stepId: true, kind: true, fileName: true, addedById: true, removedAt: true },
    });
    if (row?.stepId !== stepId || row.removedAt) throw notFound("piece of evidence");
    if (!mayRemoveEvidence(actor, row))
      throw new AppError({
        code: "forbidden",
        message: "Only who added it, a manager or an administrator takes it back.",
        status: 403,
      });
    await tx.stepEvidence.update({
      where: { id: evidenceId },
      data: { removedAt: new Date(), body: null },
      select: { id: true },
    });
    await touchRun(tx, run.id);
    await recordAudit(tx, actor, {
      action: "items.removeEvidence",
      subjectType: "run",
      subjectId: run.id,
      detail: { step: step.key, kind: row.kind, ...(row.fileName ? { file: row.fileName } : {}) },
    });
    return run.id;
  });
  wakeWatchers([runId]);
  return { runId };
}

export const mayRemoveEvidence = (actor: UserActor, { addedById }: { addedById: string }): boolean =>
  addedById === actor.id || actor.roles.some((role) => role === "manager" || role === "admin");
