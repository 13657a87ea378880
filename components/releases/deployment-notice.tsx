"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { type DeploymentState, MOVING_STATES } from "#lib/releases/constants.ts";
import type { DeploymentView } from "#lib/releases/types.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { ExactTime, RelativeTime } from "../ui/relative-time.tsx";
import { useNow } from "../ui/use-now.ts";
import { isOpen } from "./release-words.ts";
import { RollbackDialog } from "./rollback-dialog.tsx";
import { CalendarNotice } from "./start-fields.tsx";

/** What stands in its way or what it waits for; nothing when there is nothing to say. */
export function DeploymentNotice({ deployment }: { deployment: DeploymentView }) {
  if (isOpen(deployment)) return <OpenNotice deployment={deployment} />;
  return <EndNotice deployment={deployment} />;
}

function OpenNotice({ deployment }: { deployment: DeploymentView }) {
  const { seal, sealNow, drift, calendar, state, startAt, id, may, environment, expiresAt } = deployment;
  const now = useNow();
  if (seal !== sealNow)
    return (
      <div role="alert">
        <Callout
          tone="failed"
          title={`What runs in ${environment}, or what would, has changed since it was proposed`}
          actions={
            may.edit.ok ? (
              <Button asChild size="sm">
                <Link href={`/deployments/${id}/edit`}>Look at it as it is now</Link>
              </Button>
            ) : null
          }
        >
          <ul className="list-disc pl-4 [overflow-wrap:anywhere]">
            {drift.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
          <p className="pt-1">
            Approvals are for what was read, so none counts any more, and it cannot start. Propose it anew against how
            things are now.
          </p>
        </Callout>
      </div>
    );
  if (Date.parse(expiresAt) <= now)
    return (
      <Callout tone="warning" title="It has expired">
        Too long went by without it being started.
      </Callout>
    );
  if (calendar) return <CalendarNotice calendar={calendar} deployment={deployment} />;
  const isLater = startAt !== null && Date.parse(startAt) > now;
  if (state === "proposed")
    return isLater ? (
      <Callout title="It starts later">
        Once approved it waits until <ExactTime at={startAt} className="font-medium" />.
      </Callout>
    ) : null;
  if (isLater)
    return (
      <Callout tone="done" title="Approved, and scheduled">
        It starts by itself <RelativeTime at={startAt} />: <ExactTime at={startAt} className="font-medium" />.
      </Callout>
    );
  return (
    <Callout tone="done" title="Approved">
      It starts by itself within seconds; it expires <RelativeTime at={expiresAt} />.
    </Callout>
  );
}

function EndNotice({ deployment }: { deployment: DeploymentView }) {
  const { state, outcome, run, approvals, supersededById, environment, previous } = deployment;
  const openRun = run ? (
    <Button asChild size="sm">
      <Link href={`/runs/${run.id}`}>Open the log</Link>
    </Button>
  ) : null;
  switch (state) {
    case "failed":
      return <FailedNotice deployment={deployment} openRun={openRun} />;
    case "rolled_back":
      return (
        <ErrorPanel
          title={
            previous
              ? `It failed; release ${previous.releaseNumber} serves ${environment} as before`
              : `It failed; ${environment} serves what it served before`
          }
          message={outcome ?? "The run failed."}
          actions={openRun}
        />
      );
    case "void":
      return (
        <Callout tone="warning" title="Void: what was approved is not what would have run" actions={openRun}>
          {outcome}
        </Callout>
      );
    case "rejected": {
      const no = approvals.findLast(({ decision }) => decision === "reject");
      return (
        <Callout tone="failed" title={no ? `${no.by.name} rejected it` : "It was rejected"}>
          {no?.comment ?? outcome}
        </Callout>
      );
    }
    case "superseded":
      return (
        <Callout
          title="A newer release took its place"
          actions={
            supersededById ? (
              <Button asChild size="sm">
                <Link href={`/deployments/${supersededById}`}>Open the newer one</Link>
              </Button>
            ) : null
          }
        >
          {outcome}
        </Callout>
      );
    case "expired":
    case "cancelled":
      return (
        <Callout title={state === "expired" ? "It expired before it was used" : "It was cancelled"}>
          {outcome ?? "Nothing happened outside."}
        </Callout>
      );
    default:
      return null;
  }
}

const BACK_WORDS = (environment: string, number: number): Partial<Record<DeploymentState, string>> => ({
  approved: `It failed half-way; ${environment} is about to go back to release ${number}`,
  running: `It failed half-way; ${environment} is going back to release ${number}`,
  soaking: `It failed half-way; ${environment} is going back to release ${number}`,
  done: `It failed half-way; ${environment} went back to release ${number}`,
});

/** What became of it, and the way back: what goes there, or the button for it. */
function FailedNotice({ deployment, openRun }: { deployment: DeploymentView; openRun: ReactNode }) {
  const { outcome, environment, serviceName, wayBack, previous, may } = deployment;
  const isOnItsWay = wayBack !== null && MOVING_STATES.includes(wayBack.state);
  const offersBack = previous && may.rollbackToPrevious.ok && !isOnItsWay;
  return (
    <ErrorPanel
      title={(wayBack && BACK_WORDS(environment, wayBack.releaseNumber)[wayBack.state]) ?? "It failed"}
      message={outcome ?? `Its run failed: look at what runs in ${environment}.`}
      actions={
        <>
          {wayBack ? (
            <Button asChild size="sm">
              <Link href={`/deployments/${wayBack.id}`}>See the way back</Link>
            </Button>
          ) : null}
          {offersBack ? (
            <RollbackDialog
              {...{ serviceName, environment }}
              deploymentId={previous.id}
              releaseNumber={previous.releaseNumber}
              primary
            />
          ) : null}
          {openRun}
        </>
      }
    />
  );
}
