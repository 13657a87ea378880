"use client";

import type { CertificateSummary } from "#lib/certificates/types.ts";
import { StateBadge } from "../ui/state-badge.tsx";
import { useNow } from "../ui/use-now.ts";
import { lookOf } from "./certificate-words.ts";

interface CertificateStateProps {
  certificate: CertificateSummary;
  plain?: boolean;
  /** Says the one thing to know besides, on a line below. */
  withNote?: boolean;
}

/** A certificate's state; a failing renewal never hides what is served. */
export function CertificateState({ certificate, plain = true, withNote = false }: CertificateStateProps) {
  const { state, word, alert, note } = lookOf(certificate, useNow());
  return (
    <>
      <StateBadge state={state} word={word} plain={plain} alert={alert ?? false} />
      {withNote && note ? (
        <span className="block max-w-64 break-words text-muted text-xs max-sm:max-w-none" title={note}>
          {note.length > 90 ? `${note.slice(0, 88)}…` : note}
        </span>
      ) : null}
    </>
  );
}
