"use client";

import { Rocket } from "lucide-react";
import Link from "next/link";
import type { EnvironmentList, ReleaseView } from "#lib/releases/types.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { DeploymentRows } from "./deployment-rows.tsx";
import { MigrationsCard } from "./migrations-card.tsx";
import { ReleaseFacts, TemplateCard } from "./release-facts.tsx";
import { isMoving, isOpen, stateOfRelease } from "./release-words.ts";
import { SubHeader } from "./sub-header.tsx";
import { useEnvironments, useRelease } from "./use-releases.ts";

interface ReleasePageProps {
  initialData: ReleaseView;
  environments: EnvironmentList;
  mayPropose: boolean;
}

/** One release: where it has been, what it brings, what it is. */
export function ReleasePage({ initialData, environments, mayPropose }: ReleasePageProps) {
  const release = useRelease(initialData);
  const live = useEnvironments(release.serviceName, environments);
  const base = `/services/${release.serviceName}/releases`;
  const waiting = release.deployments.find(isOpen);
  return (
    <>
      <SubHeader
        back={{ href: base, label: "All releases" }}
        title={
          <>
            Release {release.number}{" "}
            <CopyButton text={release.id} label="Copy the release’s id" className="align-middle" />
          </>
        }
        mark={<ReleaseMark release={release} />}
        actions={
          release.state === "ready" && mayPropose ? <ProposeButtons release={release} environments={live} /> : null
        }
      />
      <div className="grid grid-cols-1 gap-4">
        {release.state === "failed" ? (
          <ErrorPanel
            title="Its image was not found, so there is nothing to deploy"
            message={release.error ?? "The run that looked it up failed."}
            actions={
              release.runId === null ? null : (
                <Button asChild size="sm">
                  <Link href={`/runs/${release.runId}`}>Open run {release.runId}</Link>
                </Button>
              )
            }
          />
        ) : null}
        {waiting ? (
          <Callout
            tone={waiting.state === "proposed" ? "warning" : "info"}
            title={
              waiting.state === "proposed"
                ? `It waits for approval for ${waiting.environment}`
                : `It is approved for ${waiting.environment} and has not begun`
            }
            actions={
              <Button asChild size="sm">
                <Link href={`/deployments/${waiting.id}`}>Open it</Link>
              </Button>
            }
          >
            Proposed by {waiting.requestedBy?.name ?? "the panel"}.
          </Callout>
        ) : null}
        <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)]">
          <div className="grid min-w-0 grid-cols-1 gap-4">
            <Card>
              <CardHeader title="Notes" />
              <CardBody>
                {release.notes.trim() ? (
                  <p className="max-w-prose whitespace-pre-wrap [overflow-wrap:anywhere]">{release.notes}</p>
                ) : (
                  <p className="text-muted">Nobody wrote what it brings.</p>
                )}
              </CardBody>
            </Card>
            <Card className="overflow-hidden">
              <CardHeader title="Where it has been" />
              {release.deployments.length > 0 ? (
                <DeploymentRows deployments={release.deployments} />
              ) : (
                <p className="px-4 py-3 text-muted">
                  {release.state === "resolving"
                    ? "Its image is being looked up; then it goes to staging, where there is one."
                    : "Nowhere yet."}
                </p>
              )}
            </Card>
            <MigrationsCard migrations={release.migrationTexts} />
          </div>
          <div className="grid min-w-0 grid-cols-1 gap-4">
            <ReleaseFacts release={release} />
            <TemplateCard release={release} />
          </div>
        </div>
      </div>
    </>
  );
}

function ReleaseMark({ release }: { release: ReleaseView }) {
  if (release.state !== "ready") return <StateBadge {...stateOfRelease(release.state)} />;
  if (release.deployments.some(isMoving)) return <StateBadge state="running" word="Rolling out" />;
  if (release.runsIn.length === 0) return <Badge>runs nowhere</Badge>;
  return (
    <span className="flex flex-wrap gap-1">
      {release.runsIn.map((name) => (
        <Badge key={name} tone={name === "production" ? "done" : "accent"}>
          runs in {name}
        </Badge>
      ))}
    </span>
  );
}

/** Where it could go: everywhere it does not run, production as the main one. */
function ProposeButtons({ release, environments }: { release: ReleaseView; environments: EnvironmentList }) {
  const targets = environments.environments.filter(
    ({ name, current }) =>
      current !== null &&
      !release.runsIn.includes(name) &&
      !release.deployments.some((one) => one.environment === name && (isOpen(one) || isMoving(one))),
  );
  return (
    <>
      {targets.toReversed().map(({ name }) => (
        <Button asChild key={name} variant={name === "production" ? "primary" : "secondary"}>
          <Link href={`/services/${release.serviceName}/releases/${release.number}/propose?environment=${name}`}>
            <Rocket aria-hidden /> Propose for {name}…
          </Link>
        </Button>
      ))}
    </>
  );
}
