import type { Metadata } from "next";
import type { ReactNode } from "react";
import { requireActor } from "#app/actor.ts";
import { DraftProvider } from "#components/wizard/draft-context.tsx";
import { checkDraft } from "#lib/services/queries/check-draft.ts";
import { getWizardChoices } from "#lib/services/queries/wizard-choices.ts";
import { type DraftPageProps, loadDraft } from "./load-draft.ts";

export const metadata: Metadata = { title: "New service" };

/** The draft stays alive in here while its reader turns from page to page. */
export default async function DraftLayout({ params, children }: DraftPageProps & { children: ReactNode }) {
  const { draftId } = await params;
  const actor = await requireActor();
  const draft = await loadDraft(draftId);
  const [check, choices] = await Promise.all([checkDraft(actor, draftId), getWizardChoices(actor)]);
  return (
    <DraftProvider key={draftId} draft={draft} check={check} choices={choices}>
      {children}
    </DraftProvider>
  );
}
