import type { ReactNode } from "react";
import { Callout } from "./callout.tsx";
import { CopyButton } from "./copy-button.tsx";

interface ErrorPanelProps {
  /** What happened, and why where that is known. */
  message: string;
  /** What to do about it. */
  advice?: string | undefined;
  /** The provider's own words, folded away. */
  detail?: string | undefined;
  requestId?: string | undefined;
  /** Number of the failure in the server’s log. */
  errorId?: string | undefined;
  /** What can be done here: "Try again". */
  actions?: ReactNode;
  title?: string;
  className?: string;
}

/** What happened, why, what to do; the rest folded below. */
export function ErrorPanel({
  title,
  message,
  advice,
  detail,
  requestId,
  errorId,
  actions,
  className,
}: ErrorPanelProps) {
  return (
    <div role="alert" className={className}>
      <Callout tone="failed" title={title ?? message} actions={actions}>
        <div className="grid grid-cols-1 gap-1.5">
          {title ? <p>{message}</p> : null}
          {advice ? <p>{advice}</p> : null}
          {detail ? (
            <details>
              <summary className="w-fit text-muted text-sm">What the other system said</summary>
              <pre className="mt-1 max-h-64 overflow-auto whitespace-pre-wrap break-words rounded-md bg-canvas p-2 text-xs">
                {detail}
              </pre>
            </details>
          ) : null}
          <LogId name="Error" id={errorId} />
          <LogId name="Request" id={requestId} />
        </div>
      </Callout>
    </div>
  );
}

/** What finds the failure in the server's log. */
function LogId({ name, id }: { name: string; id: string | undefined }) {
  if (!id) return null;
  return (
    <p className="flex items-center gap-1 text-muted text-xs">
      {name} <code className="break-all">{id}</code>
      <CopyButton text={id} label={`Copy ${name.toLowerCase()} id`} />
    </p>
  );
}
