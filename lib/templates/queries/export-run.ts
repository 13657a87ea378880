import { ROLE_WORDS } from "#lib/access/constants.ts";
import { authorize } from "#lib/access/policy.ts";
import type { Actor, Role } from "#lib/access/types.ts";
import { EDITABLE } from "#lib/checklists/editable.ts";
import { db, type Prisma, type Tx } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import { ANSWER_GROUPS, GROUPS } from "#lib/services/schema/answers.ts";
import { answerText } from "../format/conditions.ts";
import type { ExportedChecklist, ExportedItem } from "../schema/export.ts";

const STEPS = {
  orderBy: { position: "asc" },
  include: {
    waitsFor: { select: { from: { select: { key: true } } } },
    evidence: {
      where: { removedAt: null },
      orderBy: { addedAt: "asc" },
      select: { kind: true, text: true, fileName: true, sha256: true },
    },
  },
} as const satisfies Prisma.Run$stepsArgs;
type StepRow = Prisma.StepGetPayload<{ include: (typeof STEPS)["include"] }>;

const STATE_WORDS: Readonly<Record<string, string>> = {
  ...{ blocked: "Waits", ready: "Waits", running: "Being done", needs_person: "Waits for a person" },
  ...{ succeeded: "Done", failed: "Failed", skipped: "Left out", cancelled: "Cancelled" },
};

const toMinute = (at: Date) => `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;

function describeEvidence({ kind, text, fileName, sha256 }: StepRow["evidence"][number]): string {
  if (kind !== "file") return `${kind === "link" ? "Link" : "Note"}: ${text}`;
  const hash = sha256 ? `, SHA-256 ${Buffer.from(sha256).toString("hex")}` : "";
  return `File: ${fileName ?? "without a name"}${text ? ` (${text})` : ""}${hash}`;
}

function toItem(step: StepRow, names: ReadonlyMap<string, string>): ExportedItem {
  const isDone = step.state === "succeeded" || step.state === "skipped";
  const by = step.confirmedById ? ` by ${names.get(step.confirmedById) ?? "somebody"}` : "";
  return {
    key: step.key,
    title: step.title,
    done: isDone,
    state: STATE_WORDS[step.state] ?? step.state,
    reason: step.skipReason,
    instructions: "",
    facts: [
      ...(step.state === "succeeded" && step.finishedAt ? [`Done${by} on ${toMinute(step.finishedAt)}`] : []),
      ...(isDone ? [] : [STATE_WORDS[step.state] ?? step.state]),
      ...(!isDone && step.role ? [`Who: ${ROLE_WORDS[step.role as Role] ?? step.role}`] : []),
      ...(!isDone && step.dueBy ? [`Due: ${toMinute(step.dueBy)}`] : []),
      ...(step.note ? [`Note: ${step.note}`] : []),
      ...step.evidence.map(describeEvidence),
    ],
    items: [],
  };
}

/** Steps below the item they come from, where an item became several. */
function nest(checklistKey: string, items: readonly ExportedItem[]): ExportedItem[] {
  const outline = EDITABLE.find((one) => one.key === checklistKey);
  const repeated = new Map(outline?.items.filter((item) => item.repeated).map((item) => [item.key, item.about]));
  const parents = new Map<string, ExportedItem>();
  return items.flatMap((item) => {
    const parentKey = item.key.slice(0, item.key.indexOf("."));
    const about = item.key.includes(".") ? repeated.get(parentKey) : undefined;
    if (about === undefined) return [item];
    const known = parents.get(parentKey);
    if (known) {
      known.items.push(item);
      known.done &&= item.done;
      return [];
    }
    const parent = { ...item, key: parentKey, title: about, reason: null, facts: [], items: [item] };
    parents.set(parentKey, parent);
    return [parent];
  });
}

/** The answers that held when the run was started, as the wizard asked them; values of secrets are nowhere among them. */
async function readAnswers(tx: Tx, serviceId: string | null, at: Date): Promise<ExportedChecklist["answers"]> {
  if (serviceId === null) return [];
  const row = await tx.answers.findFirst({
    where: { serviceId, createdAt: { lte: at } },
    orderBy: { version: "desc" },
    select: { answers: true },
  });
  const all = (row?.answers ?? {}) as Record<string, Record<string, unknown> | undefined>;
  const ownerId = String(all.identity?.ownerId ?? "");
  const owner = await tx.user.findUnique({ where: { id: ownerId }, select: { displayName: true } });
  return ANSWER_GROUPS.flatMap((key) =>
    GROUPS[key].questions.flatMap((question) => {
      const value = all[key]?.[question.field];
      const words = question.field === "ownerId" ? (owner?.displayName ?? "") : answerText(value);
      const choices: Readonly<Record<string, string>> = question.choices ?? {};
      if (words === "") return [];
      return [{ group: GROUPS[key].title, question: question.title, answer: choices[String(value)] ?? words }];
    }),
  );
}

/** A run as a list with its ticks, notes and evidence, and the answers it was made from. */
export async function exportRun(actor: Actor, runId: number): Promise<ExportedChecklist> {
  authorize(actor, "runs.read");
  const run = await db().run.findUnique({
    where: { id: runId },
    include: {
      steps: STEPS,
      service: { select: { name: true } },
      requestedBy: { select: { displayName: true } },
    },
  });
  if (!run) throw notFound("run");
  const ids = run.steps.flatMap((step) => (step.confirmedById ? [step.confirmedById] : []));
  const users = await db().user.findMany({
    where: { id: { in: [...new Set(ids)] } },
    select: { id: true, displayName: true },
  });
  const names = new Map(users.map((user) => [user.id, user.displayName]));
  const facts = [
    ["Run", String(run.id)],
    ["Service", run.service ? `${run.service.name}${run.environment ? ` (${run.environment})` : ""}` : ""],
    ["Checklist", `${run.checklistKey}${run.templateVersion === null ? "" : `, version ${run.templateVersion}`}`],
    ["Asked for by", run.requestedBy?.displayName ?? ""],
    ["Begun", run.startedAt ? toMinute(run.startedAt) : ""],
    ["Ended", run.finishedAt ? toMinute(run.finishedAt) : ""],
  ].flatMap(([name, value]) => (name && value ? [{ name, value }] : []));
  return {
    format: "seaworthy-checklist/1",
    title: run.title,
    facts,
    answers: await readAnswers(db(), run.serviceId, run.createdAt),
    items: nest(
      run.checklistKey,
      run.steps.map((step) => toItem(step, names)),
    ),
  };
}
