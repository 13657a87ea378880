"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { DecommissionView } from "#lib/decommission/types.ts";
import { api } from "../api-client.ts";
import { isActive, stateOfRun } from "../state-of.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { ChoicesForm } from "./choices-form.tsx";
import { Dependants } from "./dependants.tsx";
import { Remains } from "./remains.tsx";

/** The end of a service: how it will be, how it goes, what is left. */
export function Decommission({ initialData }: { initialData: DecommissionView }) {
  const { name } = initialData.service;
  const { data } = useQuery({
    queryKey: ["services", "decommission", name],
    queryFn: ({ signal }) => api("GET /services/{serviceName}/decommission", { params: { serviceName: name }, signal }),
    initialData,
    refetchInterval: ({ state }) => (isBusy(state.data) ? 3_000 : false),
  });
  const { run, hindrance, mayStart, service } = data;
  const isRunning = run !== null && run.state !== "succeeded" && run.state !== "cancelled";
  const isGone = service.state === "retired";
  return (
    <div className="grid grid-cols-1 gap-4">
      {run ? <LastRun run={run} /> : null}
      {isGone ? <Remains left={data.left} /> : null}
      {isRunning || (isGone && hindrance) ? null : hindrance ? (
        <Hindrance hindrance={hindrance} serviceName={name} />
      ) : mayStart ? (
        <>
          <Dependants serviceName={name} dependants={data.dependants} />
          <ChoicesForm view={data} />
        </>
      ) : (
        <Callout title="Only its owner, a manager or an administrator takes a service down">Ask one of them.</Callout>
      )}
    </div>
  );
}

/** Something goes on that this page waits for. */
const isBusy = (data: DecommissionView | undefined) =>
  data !== undefined && (Boolean(data.hindrance?.runId) || (data.run !== null && isActive(data.run.state)));

interface HindranceProps {
  hindrance: NonNullable<DecommissionView["hindrance"]>;
  serviceName: string;
}

function Hindrance({ hindrance: { words, runId, isInBackups }, serviceName }: HindranceProps) {
  const link = runId
    ? { href: `/runs/${runId}`, label: "Open the run" }
    : isInBackups
      ? { href: `/services/${serviceName}/backups`, label: "Open its backups" }
      : null;
  return (
    <Callout
      tone="warning"
      title="It cannot be taken down now"
      actions={
        link ? (
          <Button asChild size="sm">
            <Link href={link.href}>{link.label}</Link>
          </Button>
        ) : null
      }
    >
      {words}
    </Callout>
  );
}

function LastRun({ run }: { run: NonNullable<DecommissionView["run"]> }) {
  const { state, word } = stateOfRun(run.state);
  return (
    <Callout
      tone={run.state === "succeeded" ? "done" : run.state === "failed" ? "failed" : "info"}
      title={
        <span className="flex flex-wrap items-center gap-3">
          Run {run.id} <StateBadge state={state} word={word} />
        </span>
      }
      actions={
        <Button asChild size="sm">
          <Link href={`/runs/${run.id}`}>Open the run</Link>
        </Button>
      }
    >
      Asked for <RelativeTime at={run.createdAt} />.
    </Callout>
  );
}
