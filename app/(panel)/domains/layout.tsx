import type { ReactNode } from "react";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { TabLinks } from "#components/ui/tab-links.tsx";

const TABS = [
  { href: "/domains", label: "Records" },
  { href: "/domains/certificates", label: "Certificates" },
];

export default function DomainsLayout({ children }: { children: ReactNode }) {
  return (
    <Page>
      <PageHeader title="Domains" note="The names the panel keeps, and the certificates that vouch for them." />
      <TabLinks tabs={TABS} label="Parts of domains" />
      <div className="pt-4">{children}</div>
    </Page>
  );
}
