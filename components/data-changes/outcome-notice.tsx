import Link from "next/link";
import type { DataChangeView } from "#lib/data-changes/types.ts";
import { Callout } from "../ui/callout.tsx";
import { describeOutcome } from "./data-change-words.ts";

/** How it stands where that is not said by the cards below. */
export function OutcomeNotice({ change }: { change: DataChangeView }) {
  const { state, runId, result } = change;
  if (state === "running")
    return (
      <Callout
        title="It is being carried out"
        actions={
          <Link href={`/runs/${runId}`} className="font-medium text-accent underline-offset-4 hover:underline">
            Watch run {runId}
          </Link>
        }
      >
        A backup is taken and proven, then the statements are run in one transaction.
      </Callout>
    );
  if (state === "expired")
    return <Callout title="It expired">Nobody approved or started it in time. Nothing was changed.</Callout>;
  const outcome = describeOutcome(change);
  if (!outcome) return null;
  return (
    <Callout
      tone={outcome.isGood ? "done" : result?.outcome === "unknown" ? "warning" : "failed"}
      title={outcome.title}
    >
      {result?.outcome === "unknown" ? (
        <p>
          The panel was stopped while the database made it final. Let{" "}
          <Link href={`/runs/${runId}`} className="underline underline-offset-4">
            run {runId}
          </Link>{" "}
          try again: it asks the database first and never runs it twice. If it cannot, ask the database and say so in
          the report.
        </p>
      ) : result?.why ? (
        <p>{result.why}</p>
      ) : null}
    </Callout>
  );
}
