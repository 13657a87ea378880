"use client";

import { useState } from "react";
import type { EnvironmentConfigContent } from "#lib/releases/schema/release.ts";
import type { EnvironmentConfigView } from "#lib/releases/types.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { Dialog, DialogClose, DialogContent } from "../ui/dialog.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { compareConfigs } from "./compare-config.ts";
import { DifferenceLines } from "./difference-lines.tsx";
import { type Place, useConfigVersion } from "./use-config.ts";

interface VersionsCardProps {
  place: Place;
  config: EnvironmentConfigView;
  /** Puts an older version's settings into the form. */
  onBegin: ((content: EnvironmentConfigContent) => void) | null;
}

/** Every version that was saved; none is ever changed. */
export function VersionsCard({ place, config, onBegin }: VersionsCardProps) {
  const [shown, setShown] = useState<number | null>(null);
  const one = useConfigVersion(place, shown, config);
  const differences = one.data ? compareConfigs(one.data.content, config.content) : [];
  return (
    <Card className="overflow-hidden">
      <CardHeader title="Versions" note="Each save is one. None is ever changed." />
      <ul aria-label="Versions" className="max-h-96 divide-y divide-line overflow-y-auto">
        {config.versions.map(({ version, by, createdAt }) => (
          <li key={version} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 text-sm">
            <span className="font-medium tabular-nums">Version {version}</span>
            {version === config.running ? <Badge tone="done">Runs</Badge> : null}
            {version === config.latest ? <Badge tone="accent">Newest</Badge> : null}
            <span className="min-w-0 flex-1 basis-40 truncate text-muted">
              {by?.name ?? "the panel"}, <RelativeTime at={createdAt} />
            </span>
            {version === config.latest ? null : (
              <Button size="sm" variant="ghost" onClick={() => setShown(version)}>
                Compare<span className="sr-only"> version {version} with the newest</span>
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Dialog open={shown !== null} onOpenChange={(open) => !open && setShown(null)}>
        <DialogContent
          title={`From version ${shown} to version ${config.latest}`}
          footer={
            <>
              <DialogClose asChild>
                <Button>Close</Button>
              </DialogClose>
              {onBegin && one.data && differences.length > 0 ? (
                <Button
                  variant="primary"
                  onClick={() => {
                    onBegin(one.data.content);
                    setShown(null);
                  }}
                >
                  Put version {shown} into the form
                </Button>
              ) : null}
            </>
          }
        >
          {one.error ? <ErrorPanel message={one.error.message} /> : null}
          {one.data ? (
            differences.length > 0 ? (
              <DifferenceLines differences={differences} label={`What changed since version ${shown}`} />
            ) : (
              <p className="text-muted">They are the same.</p>
            )
          ) : one.error ? null : (
            <SkeletonRows rows={4} label="Comparing" />
          )}
        </DialogContent>
      </Dialog>
    </Card>
  );
}
