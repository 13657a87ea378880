import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { arrange } from "#lib/checklists/arrange.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { sketch } from "#lib/checklists/editable.ts";
import { PROVISION } from "#lib/checklists/provision.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { conflict, notFound } from "#lib/platform/errors.ts";
import type { CompiledStep } from "#lib/runs/types.ts";
import { readTemplate, type WhichRevision } from "#lib/templates/queries/get-template.ts";
import { readLastAnswers } from "#lib/templates/queries/read-published.ts";
import type { TemplatePreview } from "#lib/templates/types.ts";
import { type Answers, answersSchema } from "../schema/answers.ts";
import { usableAnswers } from "./check-draft.ts";
import { readPreviewContext } from "./provision-context.ts";
import { fillDraft, loadDraft } from "./read-draft.ts";

interface PreviewFor {
  service?: string | undefined;
  draft?: string | undefined;
}

/** Whose answers, whole or as far as they go. */
async function readAnswers(tx: Tx, { service: name, draft: draftId }: PreviewFor) {
  if (draftId) {
    const draft = await loadDraft(tx, draftId);
    const answers = usableAnswers(fillDraft(draft));
    return { answers, raw: answers as unknown, about: `the draft ${answers.identity.name}`, serviceId: draft.id };
  }
  const service = await tx.service.findUnique({ where: { name: name ?? "" }, select: { id: true, name: true } });
  if (!service) throw notFound("service");
  const raw = await readLastAnswers(tx, service.id);
  const parsed = answersSchema.safeParse(raw);
  const answers: Answers | null = parsed.success ? parsed.data : null;
  return { answers, raw, about: service.name, serviceId: service.id };
}

const toPreview = (step: CompiledStep): TemplatePreview["steps"][number] => ({
  key: step.key,
  title: step.title,
  manual: step.name === "manual",
  role: step.role ?? null,
  dependsOn: step.dependsOn,
  skipReason: step.skipReason ?? null,
});

/** What a version of a checklist would be for a service as it is answered now, or for somebody's draft. Nothing is asked outside. */
export async function previewTemplate(
  actor: Actor,
  key: string,
  which: WhichRevision,
  wanted: PreviewFor,
): Promise<TemplatePreview> {
  authorize(actor, wanted.draft ? "drafts.read" : "templates.read");
  const { outline, content, shown } = await readTemplate(db(), key, which);
  const { answers, raw, about, serviceId } = await readAnswers(db(), wanted);
  const arrangement = { version: shown?.version ?? 0, content };
  if (key !== PROVISION.key)
    return {
      ...{ kind: "items" as const, about },
      steps: compileChecklist(arrange(sketch(outline), arrangement, raw), {}).map(toPreview),
    };
  if (!answers)
    throw conflict(
      "templates.no_answers",
      `The answers of ${about} are of an older version of the questions.`,
      "Choose another service, or go through its answers first.",
    );
  const context = await readPreviewContext(db(), answers, serviceId);
  return {
    ...{ kind: "run" as const, about },
    steps: compileChecklist(arrange(PROVISION, arrangement, answers), context).map(toPreview),
  };
}
