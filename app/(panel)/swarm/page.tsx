import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { Swarm } from "#components/swarm/swarm.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { readSwarm } from "#lib/swarm/queries.ts";

export const metadata: Metadata = { title: "Swarm" };

export default async function SwarmPage() {
  const swarm = await readSwarm(await requireActor());
  return (
    <Page>
      <PageHeader title="Swarm" note="What the workers last saw of the Docker swarm." />
      <Swarm initialData={swarm} />
    </Page>
  );
}
