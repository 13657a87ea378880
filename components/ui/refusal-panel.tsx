"use client";

import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { ErrorPanel } from "./error-panel.tsx";
import { findUnsaid } from "./find-unsaid.ts";

interface Refusal {
  message: string;
  advice?: string | undefined;
  detail?: string | undefined;
  requestId: string;
  fields: Record<string, string>;
}

/** What was thrown, whatever it is. */
export const asRefusal = (error: unknown): Refusal => ({
  ...{ requestId: "", fields: {} },
  ...(error instanceof Error ? error : {}),
  message: (error instanceof Error && error.message) || "That did not work. Try again.",
});

interface RefusalPanelProps {
  refused: Refusal | undefined;
  /** All that keeps the form from being sent now; what the server refused when nothing is given. */
  fields?: Readonly<Record<string, string>>;
  actions?: ReactNode;
}

/**
 * Inside a form: why it was not taken, as far as no field says it. Which fields are there depends on what was chosen, so the form
 * itself is looked at, and nothing that is wrong is ever silent.
 */
export function RefusalPanel({ refused, fields = refused?.fields ?? {}, actions }: RefusalPanelProps) {
  const place = useRef<HTMLDivElement>(null);
  const [unsaid, setUnsaid] = useState("");
  // After every drawing: any of them may have brought a field, or taken one away.
  useLayoutEffect(() => {
    const alerts = [...(place.current?.closest("form")?.querySelectorAll("[role=alert]") ?? [])];
    const said = alerts.filter((one) => !place.current?.contains(one)).map((one) => one.textContent ?? "");
    setUnsaid(findUnsaid(fields, said).join(" "));
  });
  const isOfNoField = refused !== undefined && Object.keys(refused.fields).length === 0;
  return (
    <div ref={place} className="empty:hidden">
      {isOfNoField ? (
        <ErrorPanel
          message={refused.message}
          advice={refused.advice}
          detail={refused.detail}
          requestId={refused.requestId || undefined}
          actions={actions}
        />
      ) : unsaid ? (
        <ErrorPanel title="Something is still wrong" message={unsaid} />
      ) : null}
    </div>
  );
}
