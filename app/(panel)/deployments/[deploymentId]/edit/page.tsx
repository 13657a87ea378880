import type { Metadata } from "next";
import Link from "next/link";
import { requireActor } from "#app/actor.ts";
import { ProposalForm } from "#components/releases/proposal-form.tsx";
import { nameDeployment } from "#components/releases/release-words.ts";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { compareRelease } from "#lib/releases/queries/compare-release.ts";
import { type DeploymentPageProps, loadDeployment } from "../load-deployment.ts";

export const metadata: Metadata = { title: "Edit a proposal" };

export default async function EditProposalPage({ params }: DeploymentPageProps) {
  const deployment = await loadDeployment((await params).deploymentId);
  const { id, may, release, environment, answers } = deployment;
  const own = `/deployments/${id}`;
  return (
    <Page>
      <PageHeader
        crumbs={[{ label: nameDeployment(deployment), href: own }]}
        title="Edit the proposal"
        note="Against how things are now. Approvals given so far are void afterwards."
      />
      {may.edit.ok ? (
        <ProposalForm
          initialData={await compareRelease(await requireActor(), { releaseId: release.id, environment, answers })}
          edits={deployment}
        />
      ) : (
        <Callout
          tone="warning"
          title="It cannot be edited"
          actions={
            <Button asChild size="sm">
              <Link href={own}>Back to it</Link>
            </Button>
          }
        >
          {may.edit.because}
        </Callout>
      )}
    </Page>
  );
}
