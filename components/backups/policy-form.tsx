"use client";

import Link from "next/link";
import { type FormEvent, useRef } from "react";
import type { PolicyView, TargetView } from "#lib/backups/types.ts";
import { Button } from "../ui/button.tsx";
import { RefusalPanel } from "../ui/refusal-panel.tsx";
import { UnsavedGuard } from "../ui/unsaved-guard.tsx";
import { ExtrasSection } from "./extras-section.tsx";
import { KeepSection } from "./keep-section.tsx";
import { MeanwhilePanel } from "./meanwhile-panel.tsx";
import { compareSettings } from "./merge-settings.ts";
import { type IdentityDraft, type SettingsDraft, savedSettings } from "./policy-draft.ts";
import { ProofSection } from "./proof-section.tsx";
import { RetentionPreview } from "./retention-preview.tsx";
import type { SuggestedSources } from "./suggested-source.ts";
import { CHANGED_MEANWHILE, usePolicyForm } from "./use-policy-form.ts";
import { WhatSection } from "./what-section.tsx";
import { WhenSection } from "./when-section.tsx";
import { WhereSection } from "./where-section.tsx";

interface PolicyFormProps {
  policy?: PolicyView;
  identity: IdentityDraft;
  settings: SettingsDraft;
  targets: TargetView[];
  /** What the service's answers say there is to back up, in each of its environments. */
  suggested?: SuggestedSources[];
}

/** What is backed up, where to, when, how long it is kept and how it is proven; at the side what that gives. */
export function PolicyForm({ policy, identity, settings, targets, suggested = [] }: PolicyFormProps) {
  const element = useRef<HTMLFormElement>(null);
  const form = usePolicyForm({ policy, identity, settings }, () =>
    requestAnimationFrame(() => element.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus()),
  );
  const { draft, save, refused, theirs, preview, isDirty } = form;
  const { problem } = form;
  const parts = { draft, change: form.change, problem };
  const kind = form.identity.source.kind;
  const isMeanwhile = refused?.code === CHANGED_MEANWHILE;
  const targetName = (id: string) => targets.find((one) => one.id === id)?.name ?? id;
  const previewProblem = form.isPreviewed ? undefined : "It is shown here once the schedule and the numbers are right.";
  const askAgain = form.isUnasked ? () => void preview.refetch() : undefined;

  function submit(event: FormEvent) {
    event.preventDefault();
    form.trySave();
  }

  return (
    <form
      ref={element}
      onSubmit={submit}
      noValidate
      className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]"
    >
      <UnsavedGuard isDirty={isDirty && !save.isPending && !save.isSuccess} />
      <div className="grid grid-cols-1 gap-4">
        <WhatSection
          policy={policy}
          identity={form.identity}
          onChange={form.changeIdentity}
          problem={problem}
          suggested={suggested}
        />
        <WhereSection {...parts} targets={targets} />
        <WhenSection {...parts} preview={preview.data} />
        <KeepSection {...parts} />
        <ProofSection {...parts} kind={kind} />
        <ExtrasSection
          {...parts}
          kind={kind}
          hasPing={policy?.hasPing ?? false}
          dropPing={form.dropPing}
          onDropPing={form.setDropPing}
        />
      </div>
      <div className="lg:col-start-2 lg:row-span-2 lg:row-start-1 lg:h-full">
        <RetentionPreview
          preview={preview.data}
          timeZone={draft.timeZone}
          isStale={preview.isPlaceholderData || preview.isFetching}
          problem={previewProblem}
          onAskAgain={askAgain}
        />
      </div>
      <div className="grid grid-cols-1 gap-4">
        {isMeanwhile && theirs.data ? (
          <MeanwhilePanel
            key={theirs.data.version}
            differences={compareSettings(form.base, form.settings, savedSettings(theirs.data), targetName)}
            onTake={(keep) => form.takeTogether(theirs.data, keep)}
          />
        ) : (
          <RefusalPanel refused={refused} fields={form.problems} />
        )}
        <div className="flex flex-wrap items-center justify-end gap-x-3 gap-y-2">
          <p className="min-w-0 flex-1 basis-52 text-muted text-sm">
            {policy
              ? "Counts from the next backup on. What a smaller number no longer wants goes after the next good backup."
              : "Its first backup is taken when the schedule says so, or when you press Back up now."}
          </p>
          <div className="ml-auto flex gap-2">
            <Button asChild>
              <Link href="/backups/policies">Cancel</Link>
            </Button>
            <Button
              type="submit"
              variant="primary"
              pending={save.isPending || (!policy && save.isSuccess)}
              disabled={Boolean(policy) && !isDirty}
            >
              {policy ? "Save the policy" : "Create the policy"}
            </Button>
          </div>
        </div>
      </div>
    </form>
  );
}
