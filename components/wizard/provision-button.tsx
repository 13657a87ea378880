"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Rocket } from "lucide-react";
import { useRouter } from "next/navigation";
import { ApiError, api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { useDraft } from "./draft-context.tsx";
import type { PlannedRun } from "./plan-report.ts";
import { draftKey } from "./use-autosave.ts";

/** The one button that makes something: it says what. Pressed twice, it is one run. */
export function ProvisionButton({ run }: { run: PlannedRun }) {
  const { draft, answers, isChecked } = useDraft();
  const router = useRouter();
  const client = useQueryClient();
  const start = useMutation({
    mutationFn: () =>
      api("POST /drafts/{draftId}/start", { params: { draftId: draft.id }, body: { planRunId: run.id } }),
    onSuccess: ({ runId }) => router.push(`/runs/${runId}`),
    // The plan may have become another one: look again.
    onError: () => client.invalidateQueries({ queryKey: draftKey(draft.id) }),
  });
  const about = start.error instanceof ApiError ? start.error : undefined;
  const name = String(answers.identity.name);
  return (
    <footer className="sticky bottom-0 grid grid-cols-1 gap-3 rounded-b-lg border-line border-t bg-surface px-4 py-3">
      {start.error ? (
        <ErrorPanel
          message={start.error.message}
          advice={about?.advice}
          detail={about?.detail}
          requestId={about?.requestId || undefined}
        />
      ) : null}
      <div className="flex flex-wrap items-center justify-end gap-x-4 gap-y-2">
        <p className="min-w-0 flex-1 basis-52 text-muted text-sm">
          {run.state === "succeeded"
            ? "Everything above is done in this order; you can watch, stop and undo it."
            : run.state === "failed"
              ? "Change what would not work; the plan is then made again."
              : "The button works once every step is planned."}
        </p>
        <Button
          variant="primary"
          size="lg"
          className="min-w-0 max-w-full"
          onClick={() => start.mutate()}
          pending={start.isPending || start.isSuccess}
          disabled={run.state !== "succeeded" || !isChecked}
        >
          <Rocket aria-hidden />
          <span className="min-w-0 truncate">Provision {name}</span>
        </Button>
      </div>
    </footer>
  );
}
