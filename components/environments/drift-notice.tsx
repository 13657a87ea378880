import Link from "next/link";
import type { EnvironmentView } from "#lib/releases/types.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";

interface DriftNoticeProps {
  serviceName: string;
  environment: Pick<EnvironmentView, "name" | "drift" | "current">;
}

/** What runs there that the panel did not put there, when that was seen, and what to do; nothing when all is as it was put. */
export function DriftNotice({ serviceName, environment }: DriftNoticeProps) {
  const { name, drift, current } = environment;
  if (!drift || !current) return null;
  const { words, seenAt, remedy } = drift;
  const { number } = current.release;
  return (
    <Callout
      tone="warning"
      title={`What runs in ${name} is not what the panel put there`}
      actions={
        <Button asChild size="sm">
          {remedy === "roll-back" ? (
            <Link href={`/deployments/${current.deploymentId}`}>Roll back to release {number}</Link>
          ) : (
            <Link href={`/services/${serviceName}/releases/${number}`}>Open release {number}</Link>
          )}
        </Button>
      }
    >
      <ul className="list-disc pl-4 [overflow-wrap:anywhere]">
        {words.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      <p className="pt-1 text-muted">
        Seen <RelativeTime at={seenAt} />.{" "}
        {remedy === "roll-back"
          ? "Go back to what should run, or release what was meant."
          : "Propose the release again: its deployment writes the stack as it should be. Proposals from before the change are void."}
      </p>
    </Callout>
  );
}
