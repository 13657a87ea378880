"use client";

import { ArrowDown, Copy, Pencil, Play } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import type { DeploymentView } from "#lib/releases/types.ts";
import { api } from "../api-client.ts";
import { tellFailure } from "../domains/tell-failure.ts";
import { Button } from "../ui/button.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { ReasonDialog } from "./reason-dialog.tsx";
import { nameDeployment, stateOfDeployment } from "./release-words.ts";
import { RollbackDialog } from "./rollback-dialog.tsx";
import { useDeploymentAct } from "./use-deployment.ts";

/** What it is, how it stands, and what may be done with it as a whole. */
export function DeploymentHeader({ deployment }: { deployment: DeploymentView }) {
  const { serviceName, release, kind, requestedBy, createdAt, id, may } = deployment;
  const { state, word } = stateOfDeployment(deployment.state);
  const base = `/services/${serviceName}`;
  return (
    <PageHeader
      roomy
      crumbs={[
        { label: serviceName, href: base },
        { label: "Releases", href: `${base}/releases` },
        { label: `Release ${release.number}`, href: `${base}/releases/${release.number}` },
      ]}
      title={<span className="break-words">{nameDeployment(deployment)}</span>}
      mark={
        <span className="flex flex-wrap items-center gap-2">
          <StateBadge state={state} word={word} />
          {kind === "break-glass" ? <StateBadge alert state="person" word="Glass broken" /> : null}
        </span>
      }
      note={
        <>
          <Link href={base} className="underline-offset-4 hover:underline">
            {serviceName}
          </Link>
          {" · "}
          {requestedBy ? `asked for by ${requestedBy.name}` : "sent by the panel"} <RelativeTime at={createdAt} />
        </>
      }
      actions={
        <>
          {may.cancel.ok ? <CancelButton deployment={deployment} /> : null}
          {may.edit.ok ? (
            <Button asChild>
              <Link href={`/deployments/${id}/edit`}>
                <Pencil aria-hidden /> Edit
              </Link>
            </Button>
          ) : null}
          {may.resubmit.ok ? <ResubmitButton deployment={deployment} /> : null}
          <RollbackButton deployment={deployment} />
          {may.start.ok ? <StartButton deployment={deployment} /> : null}
          {may.approve.ok ? (
            <Button asChild variant="primary">
              <a href="#decision">
                <ArrowDown aria-hidden /> Decide
              </a>
            </Button>
          ) : null}
        </>
      }
    />
  );
}

function CancelButton({ deployment }: { deployment: DeploymentView }) {
  const { id, release, environment } = deployment;
  const cancel = useDeploymentAct((reason: string) =>
    api("POST /deployments/{deploymentId}/cancel", { params: { deploymentId: id }, body: { reason } }),
  );
  return (
    <ReasonDialog
      trigger={<Button>Cancel…</Button>}
      title={`Cancel release ${release.number} for ${environment}?`}
      reason={{ label: "Why", why: "Whoever looks at it later reads it.", min: 0 }}
      action="Cancel the proposal"
      onConfirm={({ reason }) => cancel.mutateAsync(reason)}
    >
      <p>Nothing has happened outside, and nothing will. Its approvals are gone with it; it can be proposed again.</p>
    </ReasonDialog>
  );
}

function StartButton({ deployment: { id } }: { deployment: DeploymentView }) {
  const start = useDeploymentAct(() => api("POST /deployments/{deploymentId}/start", { params: { deploymentId: id } }));
  return (
    <Button
      variant="primary"
      pending={start.isPending}
      onClick={() => start.mutate(undefined, { onError: tellFailure })}
    >
      {start.isPending ? null : <Play aria-hidden />} Start now
    </Button>
  );
}

function ResubmitButton({ deployment: { id } }: { deployment: DeploymentView }) {
  const router = useRouter();
  const again = useDeploymentAct(() =>
    api("POST /deployments/{deploymentId}/resubmit", { params: { deploymentId: id } }),
  );
  return (
    <Button
      pending={again.isPending || again.isSuccess}
      onClick={() =>
        again.mutate(undefined, {
          onSuccess: (made) => router.push(`/deployments/${made.id}`),
          onError: tellFailure,
        })
      }
    >
      {again.isPending ? null : <Copy aria-hidden />} Propose it again
    </Button>
  );
}

/** Back to this one while another runs; of the one that runs, back to the one before. One that failed offers it where it says so. */
function RollbackButton({ deployment }: { deployment: DeploymentView }) {
  const { may, id, state, serviceName, environment, release, previous } = deployment;
  if (may.rollback.ok)
    return <RollbackDialog {...{ serviceName, environment }} deploymentId={id} releaseNumber={release.number} />;
  if (state === "failed" || !previous || !may.rollbackToPrevious.ok) return null;
  return (
    <RollbackDialog
      {...{ serviceName, environment }}
      deploymentId={previous.id}
      releaseNumber={previous.releaseNumber}
    />
  );
}
