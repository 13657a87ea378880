"use client";

import { Play } from "lucide-react";
import Link from "next/link";
import { toast } from "sonner";
import type { WindowView } from "#lib/watching/types.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { useWatchingAct } from "./use-watching.ts";

interface QuietCalloutProps {
  serviceName: string;
  open: WindowView[];
  mayResume: boolean;
}

/** Why nobody is told at the moment, until when, and what is in the way of the end. */
export function QuietCallout({ serviceName, open, mayResume }: QuietCalloutProps) {
  const resume = useWatchingAct(serviceName, () =>
    api("POST /services/{serviceName}/monitors/resume", { params: { serviceName } }),
  );
  if (open.length === 0) return null;
  const isEnding = open.every((window) => window.isEnding);
  const stuck = open.find(({ error }) => error !== null);
  return (
    <Callout
      tone={stuck && isEnding ? "failed" : "warning"}
      title={isEnding ? "The monitors are being resumed" : "The monitors are paused"}
      actions={
        mayResume && !isEnding ? (
          <Button
            size="sm"
            pending={resume.isPending}
            onClick={() =>
              resume.mutate(undefined, {
                onSuccess: () => toast("The monitors are being resumed"),
                onError: ({ message }) => toast.error(message),
              })
            }
          >
            <Play aria-hidden /> Resume now
          </Button>
        ) : null
      }
    >
      <ul className="grid gap-1">
        {open.map((window) => (
          <li key={window.id} className="break-words">
            {window.reason}
            <span className="block text-sm">
              {window.openedBy ? `Paused by ${window.openedBy.name}. They go on` : "They go on"}
              {window.runId === null ? null : (
                <>
                  {" when "}
                  <Link href={`/runs/${window.runId}`} className="text-accent underline-offset-4 hover:underline">
                    run {window.runId}
                  </Link>
                  {" ends"}
                </>
              )}
              {window.isEnding ? null : (
                <>
                  {window.runId === null ? " " : ", "}
                  <RelativeTime at={window.endsAt} /> at the latest
                </>
              )}
              .
            </span>
          </li>
        ))}
      </ul>
      {stuck ? <p className="mt-1 break-words">The panel goes on trying: {stuck.error}</p> : null}
    </Callout>
  );
}
