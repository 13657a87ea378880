"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import type { RunPageItem } from "#lib/runs/schema.ts";
import { ApiError, api } from "../api-client.ts";
import { useTakeRun } from "../runs/use-run.ts";
import type { ItemDraft } from "./merge-item.ts";

/** Code of the refusal when somebody else saved in between. */
const CHANGED_MEANWHILE = "items.changed_meanwhile";

interface Base extends ItemDraft {
  rev: number;
}

const baseOf = ({ rev, draft, dueBy }: RunPageItem): Base => ({ rev, note: draft.note, dueBy });

/** What is written at an item: keeping it, saying it is done, and putting it together with what somebody else wrote meanwhile. */
export function useItemForm(runId: number, stepId: number, item: RunPageItem) {
  const take = useTakeRun(runId);
  const newest = baseOf(item);
  const [base, setBase] = useState(newest);
  const [draft, setDraft] = useState<ItemDraft>({ note: newest.note, dueBy: newest.dueBy });
  const isDirty = draft.note !== base.note || draft.dueBy !== base.dueBy;
  const params = { stepId };

  const theirs = useMutation({ mutationFn: () => api("GET /items/{stepId}", { params }) });
  const refuse = (error: Error) => {
    if (error instanceof ApiError && error.code === CHANGED_MEANWHILE) theirs.mutate();
  };
  const save = useMutation({
    mutationFn: () =>
      api("PUT /items/{stepId}", {
        params,
        body: {
          itemRev: base.rev,
          note: draft.note,
          ...(draft.dueBy === base.dueBy ? {} : { dueBy: draft.dueBy }),
        },
      }),
    onSuccess: (run) => {
      const saved = run.steps.find((one) => one.id === stepId)?.item;
      if (saved) settle(baseOf(saved));
      take(run);
      toast.success("Saved. Whoever opens this item sees it.");
    },
    onError: refuse,
  });
  const confirm = useMutation({
    mutationFn: () => api("POST /steps/{stepId}/confirm", { params, body: { note: draft.note, itemRev: base.rev } }),
    onSuccess: take,
    onError: refuse,
  });

  function settle(known: Base) {
    setBase(known);
    setDraft({ note: known.note, dueBy: known.dueBy });
    save.reset();
    confirm.reset();
    theirs.reset();
  }
  // Written elsewhere while nothing was typed here: there is nothing to lose.
  const isBehind = newest.rev > base.rev;
  if (isBehind && !isDirty && !save.isPending && !confirm.isPending) settle(newest);

  const failed = [save.error, confirm.error].find((one) => one instanceof ApiError);
  return {
    base,
    draft,
    isDirty,
    /** Somebody saved while there are words here that are not saved. */
    isBehind,
    save,
    confirm,
    theirs,
    failed: failed?.code === CHANGED_MEANWHILE ? undefined : failed,
    change(next: Partial<ItemDraft>) {
      setDraft((known) => ({ ...known, ...next }));
      save.reset();
      confirm.reset();
    },
    /** Puts both together; nothing is saved by it. */
    takeTogether(latest: RunPageItem, merged: ItemDraft) {
      setBase(baseOf(latest));
      setDraft(merged);
      save.reset();
      confirm.reset();
      theirs.reset();
    },
    forget: () => settle(newest),
  };
}

export type ItemForm = ReturnType<typeof useItemForm>;
