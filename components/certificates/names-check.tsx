"use client";

import Link from "next/link";
import type { CertificateCheck } from "#lib/certificates/types.ts";
import { Callout } from "../ui/callout.tsx";
import { cn } from "../ui/cn.ts";
import { StateIcon } from "../ui/state-badge.tsx";
import { CertificateState } from "./certificate-state.tsx";

/** Each name with what becomes of it, as it is typed. */
export function NamesCheck({ check, isStale }: { check: CertificateCheck; isStale: boolean }) {
  return (
    <div aria-live="polite" className={cn("grid gap-2", isStale && "opacity-60")}>
      {check.names.length > 0 ? (
        <ul aria-label="Names in the certificate" className="grid gap-1">
          {check.names.map(({ given, name, problem }) => (
            <li key={given} className="flex items-start gap-2">
              <StateIcon
                state={problem ? "failed" : "done"}
                word={problem ? "Not possible" : "Possible"}
                className="mt-0.5"
              />
              <span className="min-w-0">
                <code className="break-all">{name ?? given}</code>
                {problem ? <span className="block break-words text-failed text-sm">{problem}</span> : null}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      {check.key ? <p className="text-muted text-sm">Its key: {check.key}. Its signature holds.</p> : null}
      {check.service ? (
        <p className="text-muted text-sm">
          It will belong to the service <strong className="font-medium text-ink">{check.service}</strong>.
        </p>
      ) : null}
      {check.existing ? (
        <Callout
          title="There is a certificate for exactly these names"
          actions={<CertificateState certificate={check.existing} plain={false} />}
        >
          <Link
            href={`/domains/certificates/${check.existing.id}`}
            className="text-accent underline underline-offset-4"
          >
            Open it
          </Link>
          {" to renew or download it. With another kind of key you can have a second one."}
        </Callout>
      ) : null}
    </div>
  );
}
