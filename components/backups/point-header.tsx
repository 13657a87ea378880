"use client";

import { RotateCcw, ShieldCheck, Terminal } from "lucide-react";
import Link from "next/link";
import type { BackupPoint } from "#lib/backups/types.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { BackupState } from "./backup-state.tsx";
import { describeAvailability } from "./backup-words.ts";
import { Moment } from "./moment.tsx";
import { PinButton } from "./pin-button.tsx";
import { RemovePointButton } from "./remove-point-button.tsx";
import { useStartRun } from "./use-start-run.ts";
import { nameOwner, SOURCE_WORDS } from "./words.ts";

/** Whose it is and of when, how it is, and what may be done with it. */
export function PointHeader({ point }: { point: BackupPoint }) {
  const { may, id } = point;
  return (
    <PageHeader
      roomy
      crumbs={[
        { label: "Backups", href: "/backups" },
        { label: "Executions", href: "/backups/executions" },
      ]}
      title={
        <span className="break-words">
          {nameOwner(point.service)} · {point.policy}
        </span>
      }
      mark={<PointState point={point} />}
      note={
        <>
          {point.service ? `${point.environment} · ` : ""}
          {SOURCE_WORDS[point.engine]} as it was at <Moment at={point.startedAt} />
        </>
      }
      actions={
        <>
          {may.remove ? <RemovePointButton point={point} /> : null}
          {may.pin ? <PinButton point={point} /> : null}
          {may.verify ? <VerifyButton point={point} /> : null}
          {may.restore ? (
            <Button asChild variant="primary">
              <Link href={`/backups/points/${id}/restore`}>
                <RotateCcw aria-hidden /> Restore…
              </Link>
            </Button>
          ) : point.notRestorable && point.byHand.length > 0 ? (
            <Button asChild>
              <a href="#by-hand">
                <Terminal aria-hidden /> Restore by hand
              </a>
            </Button>
          ) : null}
        </>
      }
    />
  );
}

/** What was proven, unless it is not there any more. */
function PointState({ point }: { point: BackupPoint }) {
  const there = point.availability === "available" ? null : describeAvailability(point);
  if (there) return <StateBadge state={there.state} word={there.word} />;
  return <BackupState state={point.state} proven={point.proven} plain={false} />;
}

function VerifyButton({ point }: { point: BackupPoint }) {
  const verify = useStartRun(() => api("POST /backups/{backupId}/verify", { params: { backupId: point.id } }));
  const isPending = verify.isPending || verify.isSuccess;
  return (
    <Button pending={isPending} onClick={() => verify.mutate()}>
      {isPending ? null : <ShieldCheck aria-hidden />}
      {point.verifications.length > 0 ? "Verify again" : "Verify"}
    </Button>
  );
}
