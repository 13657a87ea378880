"use client";

import type { ReactNode } from "react";
import type { GroupKey } from "#lib/services/constants.ts";
import { Page } from "../ui/page.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { DiscardDraft } from "./discard-draft.tsx";
import { useDraft } from "./draft-context.tsx";
import { LeaveGuard } from "./leave-guard.tsx";
import { RunningNotice } from "./running-notice.tsx";
import { StaleNotice } from "./stale-notice.tsx";
import { StepBar } from "./step-bar.tsx";

const CRUMBS = [
  { label: "Services", href: "/services" },
  { label: "New service", href: "/services/new" },
];

/** What every page of the wizard has around it. */
export function WizardFrame({ current, children }: { current: GroupKey; children: ReactNode }) {
  const { draft, answers, checked } = useDraft();
  const name = String(answers.identity.name ?? "");
  return (
    <Page>
      <PageHeader
        title={name || "New service"}
        crumbs={CRUMBS}
        actions={draft.service ? null : <DiscardDraft draftId={draft.id} name={name || null} goTo="/services/new" />}
      />
      <StepBar draft={draft} current={current} problems={Object.keys(checked.check.fields)} />
      <RunningNotice />
      <StaleNotice />
      {children}
      <LeaveGuard />
    </Page>
  );
}
