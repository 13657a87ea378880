"use client";

import { useQuery } from "@tanstack/react-query";
import type { PolicyView, TargetView } from "#lib/backups/types.ts";
import { api } from "../api-client.ts";
import { blankIdentity, settingsDraftOf } from "./policy-draft.ts";
import { PolicyFacts } from "./policy-facts.tsx";
import { PolicyForm } from "./policy-form.tsx";
import { PolicyHeader } from "./policy-header.tsx";
import { PolicyStanding } from "./policy-standing.tsx";
import { sourceDraftOf } from "./source-draft.ts";

interface PolicyEditorProps {
  initialData: PolicyView;
  targets: TargetView[];
  mayRun: boolean;
}

/** One policy: its state above, and the form for those who may change it. */
export function PolicyEditor({ initialData, targets, mayRun }: PolicyEditorProps) {
  const policyId = initialData.id;
  const { data: policy } = useQuery({
    queryKey: ["backup-policies", "one", policyId],
    queryFn: ({ signal }) => api("GET /backup-policies/{policyId}", { params: { policyId }, signal }),
    initialData,
    refetchInterval: 15_000,
  });
  return (
    <>
      <PolicyHeader policy={policy} mayRun={mayRun} />
      <div className="pb-4 empty:hidden">
        <PolicyStanding service={policy.service} policyId={policy.id} />
      </div>
      {policy.mayEdit ? (
        <PolicyForm
          policy={policy}
          identity={{
            ...blankIdentity(initialData.service ?? ""),
            name: initialData.name,
            source: sourceDraftOf(initialData.source),
          }}
          settings={settingsDraftOf(initialData)}
          targets={targets}
        />
      ) : (
        <PolicyFacts policy={policy} />
      )}
    </>
  );
}
