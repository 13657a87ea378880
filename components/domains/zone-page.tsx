"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Download, Eye, GitCompareArrows, Upload } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { toast } from "sonner";
import type { ForeignPage, ZoneView } from "#lib/dns/types.ts";
import { api, apiPath } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { DryRunDialog } from "./dry-run-dialog.tsx";
import { ForeignRecords } from "./foreign-records.tsx";
import { HeldBanner } from "./held-banner.tsx";
import { tellFailure } from "./tell-failure.ts";
import { useZone } from "./use-zone.ts";
import { ZoneFacts } from "./zone-facts.tsx";

interface ZonePageProps {
  initialData: ZoneView;
  initialForeign: ForeignPage;
}

/** One hosted zone: what the panel keeps in it, what others do, and how the two are compared. */
export function ZonePage({ initialData, initialForeign }: ZonePageProps) {
  const zone = useZone(initialData);
  return (
    <>
      <PageHeader
        roomy
        crumbs={[
          { label: "Domains", href: "/domains" },
          { label: "Zones", href: "/domains/zones" },
        ]}
        title={<span className="break-all">{zone.name}</span>}
        mark={zone.heldReason ? <StateBadge state="person" word="Held" /> : null}
        actions={<ZoneActs zone={zone} />}
      />
      <div className="grid grid-cols-1 gap-4">
        <HeldBanner zone={zone} />
        <ZoneFacts zone={zone} />
        <ForeignRecords zone={zone} initialData={initialForeign} />
      </div>
    </>
  );
}

function ZoneActs({ zone }: { zone: ZoneView }) {
  const zoneId = zone.id;
  const client = useQueryClient();
  const router = useRouter();
  const compare = useMutation({
    mutationFn: () => api("POST /zones/{zoneId}/sync", { params: { zoneId }, body: { mode: "apply" } }),
    onSuccess: ({ runId }) => {
      toast(`Run ${runId} compares the zone`, {
        action: { label: "Open", onClick: () => router.push(`/runs/${runId}`) },
      });
      void client.invalidateQueries({ queryKey: ["zones"] });
    },
    onError: tellFailure,
  });
  return (
    <>
      <Button asChild variant="ghost">
        <a href={apiPath("/zones/{zoneId}/export", { zoneId })} download>
          <Download aria-hidden /> Export
        </a>
      </Button>
      {zone.may.import ? (
        <Button asChild variant="ghost">
          <Link href={`/domains/zones/${zoneId}/import`}>
            <Upload aria-hidden /> Import
          </Link>
        </Button>
      ) : null}
      {zone.may.sync ? (
        <>
          <DryRunDialog
            zone={zone}
            trigger={
              <Button>
                <Eye aria-hidden /> Dry run
              </Button>
            }
          />
          <Button onClick={() => compare.mutate()} pending={compare.isPending}>
            {compare.isPending ? null : <GitCompareArrows aria-hidden />} Compare now
          </Button>
        </>
      ) : null}
    </>
  );
}
