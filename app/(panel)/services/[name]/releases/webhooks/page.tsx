import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { requireActor } from "#app/actor.ts";
import { SubHeader } from "#components/releases/sub-header.tsx";
import { withoutDigest } from "#components/webhooks/forge-words.ts";
import { Webhooks } from "#components/webhooks/webhooks.tsx";
import { may } from "#lib/access/policy.ts";
import { listReleases } from "#lib/releases/queries/list-releases.ts";
import { listWebhooks } from "#lib/releases/queries/list-webhooks.ts";
import { loadService, type ServicePageProps } from "../../load-service.ts";

export async function generateMetadata({ params }: ServicePageProps): Promise<Metadata> {
  return { title: `Webhooks of ${decodeURIComponent((await params).name)}` };
}

export default async function WebhooksPage({ params }: ServicePageProps) {
  const actor = await requireActor();
  if (!may(actor, "releaseWebhooks.read").ok) notFound();
  const { id, name } = await loadService((await params).name);
  const [webhooks, releases] = await Promise.all([listWebhooks(actor, name), listReleases(actor, name, { limit: 1 })]);
  return (
    <>
      <SubHeader
        back={{ href: `/services/${name}/releases`, label: "Releases" }}
        title="Webhooks"
        note="GitHub and GitLab may ring here when something new is there. Each delivery is checked for its secret, counted once, and refused when it is forged, replayed or too large."
      />
      <Webhooks
        key={id}
        serviceName={name}
        initialData={webhooks}
        image={withoutDigest(releases.items[0]?.image ?? "")}
      />
    </>
  );
}
