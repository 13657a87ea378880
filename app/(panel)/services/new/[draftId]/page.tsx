import { redirect } from "next/navigation";
import { type DraftPageProps, loadDraft } from "./load-draft.ts";

/** Back to where its reader was. */
export default async function DraftPage({ params }: DraftPageProps) {
  const { draftId } = await params;
  redirect(`/services/new/${draftId}/${(await loadDraft(draftId)).group}`);
}
