"use client";

import type { ReactNode } from "react";
import type { CertificateView } from "#lib/certificates/types.ts";
import { api } from "../api-client.ts";
import { tellFailure } from "../domains/tell-failure.ts";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { ExactTime, RelativeTime } from "../ui/relative-time.tsx";
import { Switch } from "../ui/switch.tsx";
import { useNow } from "../ui/use-now.ts";
import { LifeBar } from "./life-bar.tsx";
import { NextRenewal } from "./next-renewal.tsx";
import { useCertificateAct } from "./use-certificate.ts";

/** Its life on a line: how much is over, when the authority wants it renewed, when the panel does. */
export function RenewalCard({ certificate }: { certificate: CertificateView }) {
  const { state, notBefore, notAfter, ariWindow, renewAt } = certificate;
  if (state !== "issued" || !notAfter) return null;
  return (
    <Card>
      <CardHeader title="Renewal" actions={<AutoRenew certificate={certificate} />} />
      <CardBody className="grid gap-4">
        {notBefore ? <LifeLine {...{ notBefore, notAfter, renewAt, ariWindow }} /> : null}
        <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-3">
          <Fact name="Serves for">
            <LifeBar notBefore={notBefore} notAfter={notAfter} />
          </Fact>
          <Fact name="Next renewal">
            <NextRenewal certificate={certificate} />
            {renewAt && certificate.autoRenew ? (
              <span className="block text-muted text-xs">
                <ExactTime at={renewAt} />
              </span>
            ) : null}
          </Fact>
          {ariWindow ? (
            <Fact name="The authority’s wish">
              <ExactTime at={ariWindow.start} /> – <ExactTime at={ariWindow.end} />
              {ariWindow.explanationUrl ? (
                <a
                  href={ariWindow.explanationUrl}
                  rel="noreferrer"
                  className="block break-all text-accent text-sm underline underline-offset-4"
                >
                  Why
                </a>
              ) : null}
            </Fact>
          ) : null}
        </dl>
        <p className="text-muted text-sm">
          {ariWindow
            ? "The authority says when it wants to renew it; the panel picks a moment within."
            : "The authority does not say when, so it is renewed when a third of its life is left."}{" "}
          What is served stays until the new one is there.
        </p>
      </CardBody>
    </Card>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-muted text-sm">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  );
}

function AutoRenew({ certificate }: { certificate: CertificateView }) {
  const { id: certificateId, autoRenew, may } = certificate;
  const act = useCertificateAct((next: boolean) =>
    api("PATCH /certificates/{certificateId}", { params: { certificateId }, body: { autoRenew: next } }),
  );
  return (
    <Switch
      label="Renew by itself"
      checked={act.isPending ? (act.variables ?? autoRenew) : autoRenew}
      disabled={!may.setAutoRenew || act.isPending}
      onCheckedChange={(next) => act.mutate(next, { onError: tellFailure })}
    />
  );
}

interface LifeLineProps {
  notBefore: string;
  notAfter: string;
  renewAt: string | null;
  ariWindow: CertificateView["ariWindow"];
}

function LifeLine({ notBefore, notAfter, renewAt, ariWindow }: LifeLineProps) {
  const now = useNow();
  const [start, end] = [Date.parse(notBefore), Date.parse(notAfter)];
  const at = (moment: number) => 1000 * Math.min(1, Math.max(0, (moment - start) / (end - start)));
  const from = at(ariWindow ? Date.parse(ariWindow.start) : end - (end - start) / 3);
  const to = at(ariWindow ? Date.parse(ariWindow.end) : end);
  return (
    <div className="grid gap-1.5 pt-1">
      <svg aria-hidden viewBox="0 0 1000 8" preserveAspectRatio="none" className="h-3 w-full">
        <rect y={2} width={1000} height={4} className="fill-sunken" />
        <rect y={2} width={at(now)} height={4} className="fill-control" suppressHydrationWarning />
        <rect x={from} y={2} width={Math.max(4, to - from)} height={4} className="fill-accent/30" />
        {renewAt ? (
          <rect x={Math.min(996, at(Date.parse(renewAt)))} width={4} height={8} className="fill-accent" />
        ) : null}
      </svg>
      <div className="flex justify-between gap-4 text-muted text-xs">
        <RelativeTime at={notBefore} />
        <span className="inline-flex items-center gap-1.5">
          <span className="size-2 rounded-xs bg-accent/30" /> time to renew
        </span>
        <RelativeTime at={notAfter} />
      </div>
    </div>
  );
}
