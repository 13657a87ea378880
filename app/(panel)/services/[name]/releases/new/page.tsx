import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { NewReleaseForm } from "#components/releases/new-release-form.tsx";
import { SubHeader } from "#components/releases/sub-header.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { getRelease } from "#lib/releases/queries/get-release.ts";
import { listEnvironments } from "#lib/releases/queries/list-environments.ts";
import { listReleases } from "#lib/releases/queries/list-releases.ts";
import { loadService, type ServicePageProps } from "../../load-service.ts";

export const metadata: Metadata = { title: "New release" };

export default async function NewReleasePage({ params }: ServicePageProps) {
  const actor = await requireActor();
  const { name } = await loadService((await params).name);
  const [{ items, mayCreate }, { environments }] = await Promise.all([
    listReleases(actor, name),
    listEnvironments(actor, name),
  ]);
  const last = items.find(({ state }) => state === "ready");
  return (
    <>
      <SubHeader title="New release" back={{ href: `/services/${name}/releases`, label: "All releases" }} />
      {mayCreate ? (
        <NewReleaseForm
          serviceName={name}
          last={last ? await getRelease(actor, last.id) : null}
          hasStaging={environments.some((one) => one.name === "staging" && one.current !== null)}
        />
      ) : (
        <Callout tone="warning" title="You may look at releases, not make them">
          Somebody on the staff may, and so may a webhook or a token from CI.
        </Callout>
      )}
    </>
  );
}
