"use client";

import { ArrowUpRight, Plus, Settings2 } from "lucide-react";
import Link from "next/link";
import type { DeploymentRow, EnvironmentList, EnvironmentView } from "#lib/releases/types.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { Progress } from "../ui/progress.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { CommitLink } from "./commit-link.tsx";
import { findPromotion } from "./find-promotion.ts";
import { ImageLine } from "./image-line.tsx";
import { KIND_WORDS, stateOfDeployment } from "./release-words.ts";

interface EnvironmentsStripProps {
  serviceName: string;
  data: EnvironmentList;
  /** Proposed, approved or scheduled for any of them. */
  open: readonly DeploymentRow[];
}

/** What runs where and since when, side by side in the order a release goes through them. */
export function EnvironmentsStrip({ serviceName, data, open }: EnvironmentsStripProps) {
  const { environments, mayAdd } = data;
  const hasStaging = environments.some(({ name }) => name === "staging");
  return (
    <section aria-label="Environments" className="grid grid-cols-1 gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="flex-1 font-semibold">Environments</h2>
        {mayAdd ? (
          <Button asChild size="sm">
            <Link href={`/services/${serviceName}/environments/add-environment`}>
              <Plus aria-hidden /> Add {hasStaging ? "an environment" : "staging"}
            </Link>
          </Button>
        ) : null}
      </div>
      <div className="grid grid-cols-1 gap-3 md:grid-cols-2">
        {environments.toReversed().map((environment) => (
          <EnvironmentCard
            key={environment.id}
            serviceName={serviceName}
            environment={environment}
            promotion={findPromotion(environments, environment)}
            open={open.filter((one) => one.environment === environment.name)}
          />
        ))}
      </div>
    </section>
  );
}

interface EnvironmentCardProps {
  serviceName: string;
  environment: EnvironmentView;
  promotion: ReturnType<typeof findPromotion>;
  open: readonly DeploymentRow[];
}

function EnvironmentCard({ serviceName, environment, promotion, open }: EnvironmentCardProps) {
  const { name, current, movingId, hostnames } = environment;
  return (
    <Card aria-label={`Environment ${name}`} className="flex min-w-0 flex-col">
      <CardHeader
        title={<span className="capitalize">{name}</span>}
        note={hostnames[0] ? <HostLink hostname={hostnames[0]} /> : `Stack ${environment.stackName}`}
        actions={
          <Button asChild variant="ghost" size="icon-sm">
            <Link
              href={`/services/${serviceName}/environments/${name}`}
              aria-label={`Settings of ${name}`}
              title={`Settings of ${name}`}
            >
              <Settings2 aria-hidden />
            </Link>
          </Button>
        }
      />
      <CardBody className="grid flex-1 grid-cols-1 content-start gap-2">
        {current ? (
          <>
            <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <Link
                href={`/services/${serviceName}/releases/${current.release.number}`}
                className="font-semibold text-lg underline-offset-4 hover:underline"
              >
                Release {current.release.number}
              </Link>
              <span className="text-muted text-sm">
                {current.kind === "rollback" ? "rolled back to " : "since "}
                <Link href={`/deployments/${current.deploymentId}`} className="underline-offset-4 hover:underline">
                  <RelativeTime at={current.since} />
                </Link>
              </span>
            </p>
            <ImageLine image={current.image} className="text-sm" />
            {current.commitId ? (
              <p className="text-muted text-sm">
                Commit <CommitLink commitId={current.commitId} sourceUrl={null} />
              </p>
            ) : null}
          </>
        ) : (
          <Nothing environment={environment} />
        )}
        {open.map((one) => {
          const { state, word } = stateOfDeployment(one.state);
          return (
            <Link
              key={one.id}
              href={`/deployments/${one.id}`}
              className="flex w-fit flex-wrap items-center gap-x-2 underline-offset-4 hover:underline"
            >
              <StateBadge state={state} word={`${KIND_WORDS[one.kind]} ${one.release.number}: ${word.toLowerCase()}`} />
            </Link>
          );
        })}
        {movingId ? (
          <div className="grid gap-1.5">
            <Link href={`/deployments/${movingId}`} className="w-fit">
              <StateBadge state="running" word="A deployment is under way" />
            </Link>
            <Progress label={`Deployment to ${name}`} />
          </div>
        ) : null}
        {current && environment.configVersion !== null && environment.configVersion !== current.configVersion ? (
          <p className="text-person text-sm">
            Settings version {environment.configVersion} waits for the next deployment; version {current.configVersion}{" "}
            runs.
          </p>
        ) : null}
      </CardBody>
      {promotion && !open.some(({ release }) => release.number === promotion.number) ? (
        <div className="flex flex-wrap items-center justify-between gap-2 border-line border-t px-4 py-2.5">
          <span className="text-muted text-sm">
            {promotion.from} runs release {promotion.number}, {promotion.ahead} ahead
          </span>
          <Button asChild variant="primary" size="sm">
            <Link href={`/services/${serviceName}/releases/${promotion.number}/propose?environment=${name}`}>
              Promote release {promotion.number}…
            </Link>
          </Button>
        </div>
      ) : null}
    </Card>
  );
}

function HostLink({ hostname }: { hostname: string }) {
  return (
    <a
      href={`https://${hostname}/`}
      target="_blank"
      rel="noreferrer"
      className="inline-flex max-w-full items-center gap-1 underline-offset-4 hover:underline"
    >
      <span className="truncate">{hostname}</span>
      <ArrowUpRight aria-hidden className="size-3.5 shrink-0" />
      <span className="sr-only">in a new tab</span>
    </a>
  );
}

function Nothing({ environment: { state, run } }: { environment: EnvironmentView }) {
  if (state === "adding" && run)
    return (
      <div className="grid gap-1.5">
        <Link href={`/runs/${run.id}`} className="w-fit">
          <StateBadge state="running" word={`Being added: ${run.stepsDone} of ${run.stepsTotal} steps`} />
        </Link>
        <Progress label={`Steps of run ${run.id}`} done={run.stepsDone} total={run.stepsTotal} />
      </div>
    );
  return (
    <>
      <p className="text-muted">Nothing that the panel knows of runs here.</p>
      {run?.state === "failed" ? (
        <Link href={`/runs/${run.id}`} className="w-fit">
          <StateBadge state="failed" word={`Adding it failed in run ${run.id}`} />
        </Link>
      ) : null}
    </>
  );
}
