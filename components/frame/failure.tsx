"use client";

import { useEffect } from "react";
import { Button } from "../ui/button.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";

interface FailureProps {
  error: unknown;
  retry: () => void;
}

/** The number under which the server's log has this failure. */
const digestOf = (error: unknown): string | undefined =>
  typeof error === "object" && error !== null && "digest" in error ? String(error.digest) : undefined;

/** The request that failed, unless the reader has gone on from the page it brought. */
function requestOf(): string | undefined {
  if (typeof document === "undefined") return undefined;
  const { request, path } = document.documentElement.dataset;
  return path === window.location.pathname + window.location.search ? request : undefined;
}

/** A page that could not be drawn: what to do, and the number to give to an administrator. */
export function Failure({ error, retry }: FailureProps) {
  useEffect(() => console.error(error), [error]);
  return (
    <ErrorPanel
      title="This page could not be drawn"
      message="A part of the panel did not answer. Nothing you did elsewhere is lost, and runs go on."
      advice="Try again. If it happens again, give these numbers to an administrator: the log has the reason under them."
      errorId={digestOf(error)}
      requestId={requestOf()}
      actions={
        <>
          <Button asChild size="sm">
            <a href="/">Go home</a>
          </Button>
          <Button size="sm" variant="primary" onClick={retry}>
            Try again
          </Button>
        </>
      }
    />
  );
}
