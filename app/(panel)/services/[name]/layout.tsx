import type { Metadata } from "next";
import type { ReactNode } from "react";
import { ServiceHeader } from "#components/services/service-header.tsx";
import { Page } from "#components/ui/page.tsx";
import { loadService, type ServicePageProps } from "./load-service.ts";

export async function generateMetadata({ params }: ServicePageProps): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) };
}

export default async function ServiceLayout({ params, children }: ServicePageProps & { children: ReactNode }) {
  return (
    <Page>
      <ServiceHeader initialData={await loadService((await params).name)} />
      <div className="pt-4">{children}</div>
    </Page>
  );
}
