import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { PROVISION } from "#lib/checklists/provision.ts";
import { db } from "#lib/platform/db/client.ts";
import { readArranged } from "#lib/templates/queries/read-published.ts";
import {
  ANSWER_GROUPS,
  type AnswerGroup,
  type Answers,
  answersSchema,
  fieldErrors,
  GROUPS,
} from "../schema/answers.ts";
import type { DraftCheck, DraftView, PreviewItem } from "../types.ts";
import { findConflicts } from "./find-conflicts.ts";
import { readPreviewContext } from "./provision-context.ts";
import { fillDraft, loadDraft } from "./read-draft.ts";

/** What stands for a name nobody has typed yet. */
const NAMELESS = "your-service";

/** A group as far as it is right: fields that are wrong go back to their defaults, so that a preview can be shown while typing. */
function usableGroup(key: AnswerGroup, filled: Record<string, unknown>): Record<string, unknown> {
  const { schema, defaults } = GROUPS[key];
  const whole = schema.safeParse(filled);
  if (whole.success) return whole.data;
  const shape = schema.shape as Record<string, { safeParse(value: unknown): { success: boolean; data?: unknown } }>;
  return Object.fromEntries(
    Object.entries(shape).map(([field, fieldSchema]) => {
      const result = fieldSchema.safeParse(filled[field]);
      return [field, result.success ? result.data : (defaults as Record<string, unknown>)[field]];
    }),
  );
}

/** A draft's answers with whatever is wrong in them put back to its default. */
export function usableAnswers(filled: DraftView["answers"]): Answers {
  const groups = ANSWER_GROUPS.map((key) => [key, usableGroup(key, filled[key])] as const);
  const answers = Object.fromEntries(groups) as unknown as Answers;
  const name = answers.identity.name || NAMELESS;
  return { ...answers, identity: { ...answers.identity, name } };
}

/** What the answers will cause, without asking anything outside. */
async function preview(answers: Answers, serviceId: string): Promise<PreviewItem[]> {
  const { checklist } = await readArranged(db(), PROVISION, answers);
  return compileChecklist(checklist, await readPreviewContext(db(), answers, serviceId)).map((step) => ({
    key: step.key,
    name: step.name,
    title: step.title,
    dependsOn: step.dependsOn,
    skipReason: step.skipReason ?? null,
    role: step.role ?? null,
  }));
}

/** What is wrong with a draft, what clashes with what exists, and what it would do. Fast enough for every keystroke. */
export async function checkDraft(actor: Actor, draftId: string): Promise<DraftCheck> {
  authorize(actor, "drafts.read");
  const draft = await loadDraft(db(), draftId);
  const filled = fillDraft(draft);
  const parsed = answersSchema.safeParse(filled);
  const usable = parsed.success ? parsed.data : usableAnswers(filled);
  const { fields, warnings } = await findConflicts(db(), usable, draft);
  // A field's own mistake goes before any clash it has.
  const all = { ...fields, ...(parsed.success ? {} : fieldErrors(parsed.error)) };
  return {
    rev: draft.rev,
    ready: Object.keys(all).length === 0,
    fields: all,
    warnings,
    preview: await preview(usable, draft.serviceId ?? draft.id),
  };
}
