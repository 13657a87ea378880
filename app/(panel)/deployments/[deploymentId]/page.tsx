import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { DeploymentPage } from "#components/releases/deployment-page.tsx";
import { nameDeployment } from "#components/releases/release-words.ts";
import { Page } from "#components/ui/page.tsx";
import { may } from "#lib/access/policy.ts";
import { type DeploymentPageProps, loadDeployment } from "./load-deployment.ts";

export async function generateMetadata({ params }: DeploymentPageProps): Promise<Metadata> {
  const deployment = await loadDeployment((await params).deploymentId);
  return { title: `${nameDeployment(deployment)} · ${deployment.serviceName}` };
}

export default async function OneDeploymentPage({ params }: DeploymentPageProps) {
  const deployment = await loadDeployment((await params).deploymentId);
  const actor = await requireActor();
  return (
    <Page>
      <DeploymentPage key={deployment.id} initialData={deployment} hasVote={may(actor, "deployments.approve").ok} />
    </Page>
  );
}
