"use client";

import type { BackupPoint } from "#lib/backups/types.ts";
import { ByHandCard } from "./by-hand-card.tsx";
import { ClaimCard } from "./claim-card.tsx";
import { CountsCard } from "./counts-card.tsx";
import { LinkList } from "./link-list.tsx";
import { PartsCard } from "./parts-card.tsx";
import { PointFacts } from "./point-facts.tsx";
import { PointHeader } from "./point-header.tsx";
import { ProofCard } from "./proof-card.tsx";
import { RestoreList } from "./restore-list.tsx";
import { usePoint } from "./use-point.ts";

/** One restore point: what is claimed about it, how we know, what is in it, and what can be done with it. */
export function PointPage({ initialData }: { initialData: BackupPoint }) {
  const point = usePoint(initialData);
  return (
    <>
      <PointHeader point={point} />
      <div className="grid grid-cols-1 gap-4">
        <ClaimCard point={point} />
        <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
          <ProofCard point={point} />
          <PointFacts point={point} />
        </div>
        <RestoreList restores={point.restores} note="What was made from this backup." />
        <LinkList point={point} />
        <PartsCard point={point} />
        <CountsCard point={point} />
        <ByHandCard point={point} />
      </div>
    </>
  );
}
