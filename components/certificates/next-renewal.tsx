"use client";

import type { CertificateSummary } from "#lib/certificates/types.ts";
import { RelativeTime } from "../ui/relative-time.tsx";
import { useNow } from "../ui/use-now.ts";

/** When it is renewed next, or that it is not. */
export function NextRenewal({ certificate }: { certificate: CertificateSummary }) {
  const { state, work, autoRenew, renewAt } = certificate;
  const now = useNow();
  if (state !== "issued") return <span className="text-muted">–</span>;
  if (work === "renew") return <>now</>;
  if (!autoRenew) return <span className="text-person">not by itself</span>;
  if (!renewAt) return <span className="text-muted">not set yet</span>;
  return Date.parse(renewAt) <= now ? <>any moment</> : <RelativeTime at={renewAt} />;
}
