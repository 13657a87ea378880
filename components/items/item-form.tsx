"use client";

import type { FormEvent } from "react";
import { ITEM_NOTE_MAX } from "#lib/runs/constants.ts";
import type { RunPageItem, RunPageStep } from "#lib/runs/schema.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { UnsavedGuard } from "../ui/unsaved-guard.tsx";
import { useHydrated } from "../ui/use-now.ts";
import { ItemMeanwhile } from "./item-meanwhile.tsx";
import { endOfDay, toDay } from "./item-words.ts";
import { type ItemForm as Form, useItemForm } from "./use-item-form.ts";

interface ItemFormProps {
  runId: number;
  step: RunPageStep;
  item: RunPageItem;
  /** Else it can only be prepared. */
  isTurn: boolean;
}

/** The note and the day. Kept as a draft until the item is confirmed; never over somebody else's newer words. */
export function ItemForm({ runId, step, item, isTurn }: ItemFormProps) {
  const form = useItemForm(runId, step.id, item);
  const heldBy = item.claimedBy && item.may.claim ? item.claimedBy.name : null;
  const mayConfirm = isTurn && step.mayConfirm && heldBy === null;
  const isWaiting = form.save.isPending || form.confirm.isPending;
  function submit(event: FormEvent) {
    event.preventDefault();
    if (mayConfirm) form.confirm.mutate();
    else form.save.mutate();
  }
  return (
    <form onSubmit={submit} className="grid gap-3" noValidate>
      <UnsavedGuard isDirty={form.isDirty && !isWaiting} />
      <Meanwhile form={form} />
      <Field
        label="What you did or saw"
        why={item.draft.by && !form.isDirty ? <Written item={item} /> : "Kept with the run, for whoever asks later."}
        error={form.failed ? wordFailure(form) : undefined}
        required={item.evidenceKind === "note"}
        optional={item.evidenceKind !== "note"}
      >
        <Textarea
          value={form.draft.note}
          onChange={(event) => form.change({ note: event.target.value })}
          maxLength={ITEM_NOTE_MAX}
          rows={2}
        />
      </Field>
      {item.may.setDue ? <DueField form={form} /> : null}
      <div className="flex flex-wrap items-center gap-2">
        {mayConfirm ? (
          <Button type="submit" variant="primary" pending={form.confirm.isPending} disabled={isWaiting}>
            Confirm
          </Button>
        ) : null}
        <Button pending={form.save.isPending} disabled={!form.isDirty || isWaiting} onClick={() => form.save.mutate()}>
          Save for later
        </Button>
        {form.isDirty ? (
          <Button variant="ghost" disabled={isWaiting} onClick={form.forget}>
            Discard
          </Button>
        ) : null}
        {isTurn && step.mayConfirm && heldBy ? (
          <p className="text-muted text-sm">{heldBy} has taken it and confirms it; or take it over.</p>
        ) : null}
      </div>
    </form>
  );
}

function Written({ item: { draft } }: { item: RunPageItem }) {
  return (
    <>
      {draft.by?.name} saved this {draft.at ? <RelativeTime at={draft.at} /> : null}
    </>
  );
}

function wordFailure({ failed }: Form): string {
  const { fields = {}, message = "", advice } = failed ?? {};
  return Object.values(fields)[0] ?? [message, advice].filter(Boolean).join(" ");
}

function Meanwhile({ form }: { form: Form }) {
  const latest = form.theirs.data;
  if (latest)
    return (
      <ItemMeanwhile
        key={latest.rev}
        base={form.base}
        mine={form.draft}
        theirs={{ note: latest.draft.note, dueBy: latest.dueBy }}
        by={latest.draft.by?.name ?? null}
        onTake={(merged) => form.takeTogether(latest, merged)}
      />
    );
  if (!form.isBehind) return null;
  return (
    <p role="status" className="flex flex-wrap items-center gap-2 text-person text-sm">
      Somebody saved this item while you were writing.
      <Button size="sm" pending={form.theirs.isPending} onClick={() => form.theirs.mutate()}>
        Look at both
      </Button>
    </p>
  );
}

function DueField({ form }: { form: Form }) {
  // A day is one only where the reader is.
  const hydrated = useHydrated();
  return (
    <Field label="To be done by" why="Who has it is reminded then, a manager a day later." optional>
      <Input
        type="date"
        className="max-w-44"
        value={hydrated ? toDay(form.draft.dueBy) : ""}
        onChange={(event) => form.change({ dueBy: endOfDay(event.target.value) })}
      />
    </Field>
  );
}
