"use client";

import Link from "next/link";
import type { EnvironmentConfigContent } from "#lib/releases/schema/release.ts";
import type { EnvironmentConfigView } from "#lib/releases/types.ts";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { compareConfigs } from "./compare-config.ts";
import { DifferenceLines } from "./difference-lines.tsx";

interface NextDeploymentProps {
  serviceName: string;
  config: EnvironmentConfigView;
  /** As they are typed now. */
  content: EnvironmentConfigContent;
  /** What runs; undefined while it is on its way, null where nothing does. */
  running: EnvironmentConfigContent | null | undefined;
  isDirty: boolean;
}

/** What the next deployment changes of the settings, saved or still being typed. */
export function NextDeployment({ serviceName, config, content, running, isDirty }: NextDeploymentProps) {
  const secrets = config.secrets.filter((one) => one.version !== null && one.version !== one.running);
  const differences = running ? compareConfigs(running, content) : [];
  const changed = differences.length + (running ? secrets.length : 0);
  return (
    <Card aria-label="What the next deployment changes" className="lg:sticky lg:top-4">
      <CardHeader
        title="What the next deployment changes"
        note={
          config.running === null
            ? "Nothing runs here yet."
            : isDirty
              ? `Against version ${config.running}, which runs. Not saved yet.`
              : `Against version ${config.running}, which runs.`
        }
      />
      {running === undefined ? (
        <SkeletonRows rows={3} label="Comparing" />
      ) : (
        <CardBody className="grid max-h-[70vh] grid-cols-1 gap-3 overflow-y-auto">
          {running === null ? (
            <p className="text-muted text-sm">The first deployment starts with these settings.</p>
          ) : changed === 0 ? (
            <p className="text-muted text-sm">Nothing: these settings run already.</p>
          ) : (
            <>
              <DifferenceLines differences={differences} label="Settings that differ" />
              {secrets.length > 0 ? (
                <DifferenceLines
                  label="Secrets with a new value"
                  differences={secrets.map(({ name, version, running: was }) => ({
                    key: name,
                    label: name,
                    before: was === null ? null : `value ${was}`,
                    after: `value ${version}`,
                  }))}
                />
              ) : null}
            </>
          )}
          {changed > 0 && !isDirty ? (
            <p className="text-muted text-sm">
              Nothing changes by itself: deploy{" "}
              <Link href={`/services/${serviceName}/releases`} className="text-accent hover:underline">
                a release
              </Link>
              , the one that runs or a newer.
            </p>
          ) : null}
        </CardBody>
      )}
    </Card>
  );
}
