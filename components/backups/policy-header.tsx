"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Pause, Play, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { toast } from "sonner";
import type { PolicyView } from "#lib/backups/types.ts";
import { api } from "../api-client.ts";
import { tellFailure } from "../domains/tell-failure.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { savedSettings } from "./policy-draft.ts";
import { PolicyState } from "./policy-state.tsx";
import { RunNowButton } from "./run-now-button.tsx";
import { nameOwner } from "./words.ts";

interface PolicyHeaderProps {
  policy: PolicyView;
  mayRun: boolean;
}

/** Whose policy it is, whether it does its work, and what can be done with it as a whole. */
export function PolicyHeader({ policy, mayRun }: PolicyHeaderProps) {
  return (
    <PageHeader
      roomy
      crumbs={[
        { label: "Backups", href: "/backups" },
        { label: "Policies", href: "/backups/policies" },
      ]}
      title={
        <span className="break-words">
          {nameOwner(policy.service)} · {policy.name}
        </span>
      }
      mark={<PolicyState policy={policy} />}
      note={
        <>
          {policy.scheduleWords ?? "Only by hand"}
          {policy.nextAt ? (
            <>
              , next <RelativeTime at={policy.nextAt} />
            </>
          ) : null}
        </>
      }
      actions={
        <>
          {policy.mayEdit ? <DeleteButton policy={policy} /> : null}
          {policy.mayEdit && policy.cron !== null ? <PauseButton policy={policy} /> : null}
          {mayRun ? <RunNowButton policyId={policy.id} /> : null}
        </>
      }
    />
  );
}

function PauseButton({ policy }: { policy: PolicyView }) {
  const client = useQueryClient();
  const router = useRouter();
  const change = useMutation({
    mutationFn: () =>
      api("PUT /backup-policies/{policyId}", {
        params: { policyId: policy.id },
        body: { ...savedSettings(policy), pingUrl: null, enabled: !policy.enabled, version: policy.version },
      }),
    onSuccess: (saved) => {
      toast(saved.enabled ? "It runs again" : "Paused: nothing is taken by itself until you resume it");
      void client.invalidateQueries({ queryKey: ["backup-policies"] });
      void client.invalidateQueries({ queryKey: ["backups"] });
      router.refresh();
    },
    onError: tellFailure,
  });
  return (
    <Button variant="ghost" pending={change.isPending} onClick={() => change.mutate()}>
      {policy.enabled ? (
        <>
          <Pause aria-hidden /> Pause
        </>
      ) : (
        <>
          <Play aria-hidden /> Resume
        </>
      )}
    </Button>
  );
}

function DeleteButton({ policy }: { policy: PolicyView }) {
  const client = useQueryClient();
  const router = useRouter();
  const name = `${policy.service ?? "panel"}/${policy.name}`;
  return (
    <ConfirmDialog
      trigger={
        <Button variant="danger-quiet">
          <Trash2 aria-hidden /> Delete
        </Button>
      }
      title="Delete this policy?"
      nameToType={name}
      action="Delete the policy"
      onConfirm={async () => {
        await api("DELETE /backup-policies/{policyId}", { params: { policyId: policy.id } });
        void client.invalidateQueries({ queryKey: ["backup-policies"] });
        void client.invalidateQueries({ queryKey: ["backups"] });
        toast("The policy is deleted; its backups stay");
        router.push("/backups/policies");
      }}
    >
      <div className="grid gap-2">
        <p>
          <strong className="break-all font-medium">{name}</strong> is not backed up any more, and nobody is told that
          it is overdue.
        </p>
        <p>
          What it stored stays in {policy.target.name}, can be restored, and is never removed by itself: whoever wants
          the space back removes each backup by hand.
        </p>
      </div>
    </ConfirmDialog>
  );
}
