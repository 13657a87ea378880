import type { ReactNode } from "react";
import { requireActor } from "#app/actor.ts";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { TabLinks } from "#components/ui/tab-links.tsx";

const TABS = [
  { href: "/domains", label: "Records" },
  { href: "/domains/certificates", label: "Certificates" },
  { href: "/domains/zones", label: "Zones" },
];
const BLOCKED = { href: "/domains/blocked", label: "Blocked names" };

export default async function DomainsLayout({ children }: { children: ReactNode }) {
  const actor = await requireActor();
  return (
    <Page>
      <PageHeader title="Domains" note="The names the panel keeps, and the certificates that vouch for them." />
      <TabLinks tabs={actor.roles.includes("admin") ? [...TABS, BLOCKED] : TABS} label="Parts of domains" />
      <div className="pt-4">{children}</div>
    </Page>
  );
}
