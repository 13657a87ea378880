import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { ReleasePage } from "#components/releases/release-page.tsx";
import { may } from "#lib/access/policy.ts";
import { listEnvironments } from "#lib/releases/queries/list-environments.ts";
import { loadService } from "../../load-service.ts";
import { loadRelease, type ReleasePageProps } from "./load-release.ts";

export async function generateMetadata({ params }: ReleasePageProps): Promise<Metadata> {
  const { name, release } = await params;
  const { number, serviceName } = await loadRelease(name, release);
  return { title: `Release ${number} of ${serviceName}` };
}

export default async function OneReleasePage({ params }: ReleasePageProps) {
  const { name, release } = await params;
  const actor = await requireActor();
  const { id, owner } = await loadService(name);
  const view = await loadRelease(name, release);
  return (
    <ReleasePage
      key={view.id}
      initialData={view}
      environments={await listEnvironments(actor, view.serviceName)}
      mayPropose={may(actor, "releases.create", { ownerId: owner.id, serviceId: id }).ok}
    />
  );
}
