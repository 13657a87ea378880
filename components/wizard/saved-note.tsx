"use client";

import { formatSpan } from "#lib/platform/format.ts";
import { Button } from "../ui/button.tsx";
import { StateIcon } from "../ui/state-badge.tsx";
import { useHydrated, useNow } from "../ui/use-now.ts";
import { useDraft } from "./draft-context.tsx";

/** Whether what was typed is kept, and since when. */
export function SavedNote() {
  const { draft, isDirty, isSaving, savedAt, failure, flush } = useDraft();
  const now = useNow(1000);
  const hydrated = useHydrated();
  if (failure)
    return (
      <p role="alert" className="flex flex-wrap items-center gap-x-2 text-failed text-sm">
        <StateIcon state="failed" word="Not saved" /> Not saved: {failure.message}
        <Button variant="link" size="sm" onClick={() => void flush()}>
          Try again
        </Button>
      </p>
    );
  const at = savedAt ?? Date.parse(draft.updatedAt);
  const words =
    isSaving || isDirty ? "Saving…" : hydrated ? `Saved ${formatSpan(Math.max(1000, now - at))} ago` : "Saved";
  return <p className="text-muted text-sm tabular-nums">{words}</p>;
}
