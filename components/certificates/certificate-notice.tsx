"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import type { CertificateView } from "#lib/certificates/types.ts";
import { Callout } from "../ui/callout.tsx";
import { ExactTime, RelativeTime } from "../ui/relative-time.tsx";
import { useNow } from "../ui/use-now.ts";
import { RetryButton } from "./certificate-header.tsx";
import { isExpired, wordReason } from "./certificate-words.ts";

/** What is wrong and what to do, before everything else; nothing while all is well. */
export function CertificateNotice({ certificate }: { certificate: CertificateView }) {
  const now = useNow();
  const { state, work, error, renewalError, revokedAt, may } = certificate;
  if (state === "revoked")
    return (
      <Callout title="This certificate was revoked">
        {wordReason(certificate.revokedReason) ?? "No reason given"}
        {revokedAt ? (
          <>
            , <RelativeTime at={revokedAt} />
          </>
        ) : null}
        . Browsers do not trust it any more, and its key is gone from the panel. For a new one, ask for the same names
        again.
      </Callout>
    );
  if (state === "failed")
    return (
      <Failed
        title="The certificate could not be issued"
        certificate={certificate}
        message={error ?? "The authority gave no reason."}
        actions={may.retry ? <RetryButton certificate={certificate} /> : null}
      />
    );
  if (state === "pending" && !certificate.activeRun && may.retry)
    return (
      <Callout tone="warning" title="Nobody works on it" actions={<RetryButton certificate={certificate} />}>
        The run that was to get it has ended without it.
      </Callout>
    );
  if (state !== "issued") return null;
  return (
    <>
      {isExpired(certificate, now) ? (
        <Callout tone="failed" title="It has expired: browsers refuse it">
          {certificate.autoRenew ? "The panel goes on trying to renew it." : "The panel does not renew it by itself."}
        </Callout>
      ) : null}
      {renewalError && !work ? (
        <Failed title="The renewal fails" certificate={certificate} message={renewalError} />
      ) : null}
      <ServedNotice certificate={certificate} />
    </>
  );
}

interface FailedProps {
  title: string;
  certificate: CertificateView;
  message: string;
  actions?: ReactNode;
}

/** A failure in words, when it is tried again, and what the authority itself said folded below. */
function Failed({ title, certificate, message, actions }: FailedProps) {
  const { orders, state, renewAt, autoRenew, notAfter } = certificate;
  const [first = message, ...rest] = message.split("\n");
  const problem = orders[0]?.problem;
  const said = [
    ...rest,
    ...(problem?.detail.split("\n") ?? []),
    ...(problem?.subproblems ?? []).map((one) => `${one.name ?? ""} ${one.detail}`.trim()),
  ].filter((line) => line !== "" && line !== first);
  return (
    <Callout tone="failed" title={title} actions={actions}>
      <div className="grid gap-1.5">
        <p>{first}</p>
        {state === "issued" && notAfter ? (
          <p>
            The old one serves until <ExactTime at={notAfter} />.{" "}
            {autoRenew && renewAt ? (
              <>
                Tried again <RelativeTime at={renewAt} />.
              </>
            ) : null}
          </p>
        ) : null}
        {said.length > 0 ? (
          <details>
            <summary className="w-fit text-muted text-sm">What the authority said</summary>
            <p className="whitespace-pre-wrap break-words pt-1 text-sm">{[...new Set(said)].join("\n")}</p>
          </details>
        ) : null}
      </div>
    </Callout>
  );
}

/** The alert is on what is served, not on what is stored. */
function ServedNotice({ certificate }: { certificate: CertificateView }) {
  const wrong = certificate.served.filter((one) => ["other", "expired", "untrusted"].includes(one.state));
  if (wrong.length === 0) return null;
  const [first] = wrong;
  return (
    <Callout
      tone="warning"
      title={
        wrong.length === 1 ? `${first?.hostname} serves something else` : `${wrong.length} names serve something else`
      }
    >
      The panel asked from outside.{" "}
      <Link href="#served" className="underline underline-offset-4">
        What each name serves
      </Link>{" "}
      is below.
    </Callout>
  );
}
