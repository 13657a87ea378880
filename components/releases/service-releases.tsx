"use client";

import { Package, Plus } from "lucide-react";
import Link from "next/link";
import type { DeploymentList, EnvironmentList, ReleaseList } from "#lib/releases/types.ts";
import { api } from "../api-client.ts";
import { PagedCard } from "../lists/paged-card.tsx";
import { usePages } from "../lists/use-pages.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { DeploymentRows } from "./deployment-rows.tsx";
import { EnvironmentsStrip } from "./environments-strip.tsx";
import { ReleaseRows } from "./release-rows.tsx";
import { isMoving, isOpen } from "./release-words.ts";
import { useEnvironments } from "./use-releases.ts";

const QUIET_LINK = "text-accent text-sm underline-offset-4 hover:underline";
const DEPLOYMENTS_SHOWN = 20;
const LOOK_MS = { busy: 2_500, quiet: 15_000 };

interface ServiceReleasesProps {
  serviceName: string;
  environments: EnvironmentList;
  releases: ReleaseList;
  deployments: DeploymentList;
}

/** What runs where and what is on its way; every release, and where each of them runs; everything that was deployed. */
export function ServiceReleases({ serviceName, environments, releases, deployments }: ServiceReleasesProps) {
  const live = useEnvironments(serviceName, environments);
  const list = usePages<ReleaseList>({
    queryKey: ["releases", "list", serviceName],
    load: (after, signal) =>
      api("GET /services/{serviceName}/releases", {
        params: { serviceName },
        query: { limit: 50, after: after ?? undefined },
        signal,
      }),
    initialData: releases,
    refetchMs: (pages) =>
      pages.some(({ items }) => items.some(({ state }) => state === "resolving")) ? LOOK_MS.busy : LOOK_MS.quiet,
  });
  const history = usePages<DeploymentList>({
    queryKey: ["deployments", "list", serviceName],
    load: (after, signal) =>
      api("GET /services/{serviceName}/deployments", {
        params: { serviceName },
        query: { limit: DEPLOYMENTS_SHOWN, after: after === null ? undefined : String(after) },
        signal,
      }),
    initialData: deployments,
    refetchMs: (pages) =>
      pages.some(({ items }) => items.some((one) => isOpen(one) || isMoving(one))) ? LOOK_MS.busy : LOOK_MS.quiet,
  });
  const deployed = history.data?.pages.flatMap(({ items }) => items) ?? [];
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const newButton = releases.mayCreate ? (
    <Button asChild variant={rows.length === 0 ? "primary" : "secondary"} size={rows.length === 0 ? "md" : "sm"}>
      <Link href={`/services/${serviceName}/releases/new`}>
        <Plus aria-hidden /> New release
      </Link>
    </Button>
  ) : null;
  return (
    <div className="grid grid-cols-1 gap-6">
      <EnvironmentsStrip serviceName={serviceName} data={live} open={deployed.filter(isOpen)} />
      <section aria-label="Releases">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 pb-3">
          <h2 className="flex-1 font-semibold">Releases</h2>
          <Link href={`/services/${serviceName}/releases/delivery`} className={QUIET_LINK}>
            Delivery
          </Link>
          <Link href={`/services/${serviceName}/releases/webhooks`} className={QUIET_LINK}>
            Webhooks
          </Link>
          {rows.length > 0 ? newButton : null}
        </div>
        <PagedCard list={list} more="Show earlier ones">
          {rows.length > 0 ? (
            <ReleaseRows serviceName={serviceName} releases={rows} />
          ) : (
            <EmptyState icon={Package} title="No releases yet" action={newButton}>
              A release is an image by its digest, what it is given, and its migrations. It never changes: what was
              tried in staging is what goes to production.
            </EmptyState>
          )}
        </PagedCard>
      </section>
      {deployed.length > 0 ? (
        <section aria-label="Deployments">
          <h2 className="pb-3 font-semibold">Deployments</h2>
          <PagedCard list={history} more="Show earlier ones">
            <DeploymentRows deployments={deployed} />
          </PagedCard>
        </section>
      ) : null}
    </div>
  );
}
