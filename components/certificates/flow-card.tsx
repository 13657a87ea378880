"use client";

import Link from "next/link";
import type { CertificateView } from "#lib/certificates/types.ts";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { cn } from "../ui/cn.ts";
import { Duration } from "../ui/duration.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateIcon } from "../ui/state-badge.tsx";
import { type FlowStep, stepsOf } from "./order-words.ts";

/** The newest order, step by step; live while a run works on it. */
export function FlowCard({ certificate }: { certificate: CertificateView }) {
  const { orders, activeRun, work, state } = certificate;
  const [order] = orders;
  if (work === "revoke" || state === "revoked" || (!order && !activeRun)) return null;
  const isWorking = work !== null;
  const runId = activeRun?.id ?? order?.runId ?? null;
  const title = (work ?? order?.purpose) === "renew" ? "Renewal, step by step" : "First issue, step by step";
  return (
    <Card>
      <CardHeader
        title={title}
        note={order ? <Moment order={order} isWorking={isWorking} /> : "About to begin"}
        actions={
          runId ? (
            <Link href={`/runs/${runId}`} className="text-accent text-sm underline-offset-4 hover:underline">
              Log of run {runId}
            </Link>
          ) : null
        }
      />
      <CardBody>
        <ol aria-label="Steps" className="grid gap-x-2 gap-y-3 sm:grid-cols-4 xl:grid-cols-8">
          {stepsOf(order, isWorking).map((step) => (
            <Step key={step.key} step={step} />
          ))}
        </ol>
      </CardBody>
    </Card>
  );
}

function Moment({ order, isWorking }: { order: CertificateView["orders"][number]; isWorking: boolean }) {
  if (isWorking)
    return (
      <>
        Begun <RelativeTime at={order.createdAt} />
      </>
    );
  return order.finishedAt ? (
    <>
      <RelativeTime at={order.finishedAt} />, took <Duration from={order.createdAt} to={order.finishedAt} />
    </>
  ) : (
    "Nobody works on it at this moment"
  );
}

const LINES: Partial<Record<FlowStep["state"], string>> = {
  done: "border-done",
  running: "border-running",
  failed: "border-failed",
};

function Step({ step }: { step: FlowStep }) {
  const { title, note, state, from, to } = step;
  return (
    <li
      aria-current={state === "running" ? "step" : undefined}
      className={cn(
        "grid min-w-0 content-start gap-1 border-line border-l-2 pl-3 sm:border-t-2 sm:border-l-0 sm:pt-2 sm:pl-0",
        LINES[state],
      )}
    >
      <span className="flex items-start gap-1.5">
        <StateIcon state={state} className="mt-0.5 size-4" />
        <span className={cn("font-medium text-sm", (state === "waiting" || state === "skipped") && "text-muted")}>
          {title}
        </span>
      </span>
      <span className="min-w-0 break-words text-muted text-xs">
        {from && state !== "waiting" ? (
          <>
            <Duration from={from} {...(to ? { to } : {})} /> ·{" "}
          </>
        ) : null}
        {note}
      </span>
    </li>
  );
}
