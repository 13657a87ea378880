import { notFound } from "next/navigation";
import { GroupPage } from "#components/wizard/group-page.tsx";
import { ReviewPage } from "#components/wizard/review-page.tsx";
import { isAnswerGroup } from "#lib/services/schema/answers.ts";

interface WizardPageProps {
  params: Promise<{ draftId: string; group: string }>;
}

export default async function WizardPage({ params }: WizardPageProps) {
  const { group } = await params;
  if (group === "review") return <ReviewPage />;
  if (!isAnswerGroup(group)) notFound();
  return <GroupPage key={group} group={group} />;
}
