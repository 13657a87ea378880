"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useMemo } from "react";
import type { DraftCheck, DraftView, WizardChoices } from "#lib/services/types.ts";
import { api } from "../api-client.ts";
import type { Checked } from "./conflicts.ts";
import { useAutosave } from "./use-autosave.ts";

type DraftContextValue = ReturnType<typeof useAutosave> & {
  choices: WizardChoices;
  checked: Checked;
  /** The check speaks of the answers as they stand: nothing is unsaved, nothing on the way. */
  isChecked: boolean;
};

const DraftContext = createContext<DraftContextValue | null>(null);

export function useDraft(): DraftContextValue {
  const value = use(DraftContext);
  if (!value) throw new Error("useDraft is used outside a DraftProvider");
  return value;
}

export const checkKey = (draftId: string) => ["draft-check", draftId] as const;

interface DraftProviderProps {
  draft: DraftView;
  check: DraftCheck;
  choices: WizardChoices;
  children: ReactNode;
}

/** One draft, kept alive from page to page of the wizard: what was typed, what is saved, and what it would cause. */
export function DraftProvider({ draft: initial, check, choices: initialChoices, children }: DraftProviderProps) {
  const autosave = useAutosave(initial);
  const { draft, isDirty } = autosave;
  const params = { draftId: draft.id };
  const { data: choices } = useQuery({
    queryKey: ["wizard-choices"],
    queryFn: ({ signal }) => api("GET /wizard", { signal }),
    initialData: initialChoices,
    staleTime: 60_000,
  });
  const { data: checked, isPlaceholderData } = useQuery({
    queryKey: [...checkKey(draft.id), draft.rev],
    queryFn: async ({ signal }): Promise<Checked> => ({
      check: await api("GET /drafts/{draftId}/check", { params, signal }),
      answers: draft.answers,
    }),
    placeholderData: keepPreviousData,
    ...(draft.rev === check.rev ? { initialData: { check, answers: draft.answers } } : {}),
  });
  const value = useMemo(() => {
    const known = checked ?? { check, answers: initial.answers };
    const isChecked = !isDirty && !isPlaceholderData && known.check.rev === draft.rev;
    return { ...autosave, choices, checked: known, isChecked };
  }, [autosave, check, checked, choices, draft.rev, initial.answers, isDirty, isPlaceholderData]);
  return <DraftContext value={value}>{children}</DraftContext>;
}
