"use client";

import Link from "next/link";
import { isActive } from "../state-of.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { useDraft } from "./draft-context.tsx";

/** Provisioning has begun from this draft: where it is, and whether the answers may still change. */
export function RunningNotice() {
  const { draft } = useDraft();
  const { service, provisionRun: run } = draft;
  if (!service || !run) return null;
  const runs = isActive(run.state);
  const words = runs
    ? "The answers can be changed again when the run has ended."
    : service.state === "live"
      ? "It is live. Changing these answers changes nothing any more."
      : "The run did not finish. Change what stood in its way, look at the new plan and provision it again.";
  return (
    <Callout
      className="mb-4"
      tone={service.state === "live" ? "done" : runs ? "info" : "warning"}
      title={`${service.name} ${runs ? "is being provisioned from these answers" : "was provisioned from these answers"}`}
      actions={
        <Button asChild size="sm">
          <Link href={`/runs/${run.id}`}>Open run {run.id}</Link>
        </Button>
      }
    >
      {words}
    </Callout>
  );
}
