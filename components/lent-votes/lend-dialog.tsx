"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useId, useRef, useState } from "react";
import { toast } from "sonner";
import { delegationSchema } from "#lib/releases/schema/release.ts";
import type { DelegationList } from "#lib/releases/types.ts";
import { ApiError, api } from "../api-client.ts";
import { findProblems } from "../backups/find-problems.ts";
import { ownTimeZone } from "../backups/time-zone-field.tsx";
import { fromLocal, toLocal } from "../release-calendar/local-time.ts";
import { Button } from "../ui/button.tsx";
import { Combobox } from "../ui/combobox.tsx";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { VOTES_KEY } from "./votes-key.ts";

const WEEK_MS = 7 * 86_400_000;

interface LendDialogProps {
  trigger: ReactNode;
  people: DelegationList["people"];
}

function blankLoan() {
  const now = Date.now();
  const zone = ownTimeZone();
  return { toId: "", from: toLocal(new Date(now), zone), until: toLocal(new Date(now + WEEK_MS), zone) };
}

/** Lends the reader's vote to somebody, from a day to a day. */
export function LendDialog({ trigger, people }: LendDialogProps) {
  const client = useQueryClient();
  const formId = useId();
  const form = useRef<HTMLFormElement>(null);
  const [open, setOpen] = useState(false);
  const [draft, setDraft] = useState({ toId: "", from: "", until: "" });
  const [wasTried, setWasTried] = useState(false);
  const instant = (text: string) => fromLocal(text, ownTimeZone())?.toISOString() ?? "";
  const body = { toId: draft.toId, startsAt: instant(draft.from), endsAt: instant(draft.until) };
  const lend = useMutation({
    mutationFn: () => api("POST /delegations", { body }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: VOTES_KEY });
      toast.success(`${people.find(({ id }) => id === draft.toId)?.name ?? "They"} may vote for you.`);
      changeOpen(false);
    },
  });
  const found = open ? findProblems(delegationSchema, body) : {};
  if (found.toId) found.toId = "Choose whom.";
  if (found.startsAt) found.startsAt = "Give a day and a time.";
  if (body.endsAt === "" && found.endsAt) found.endsAt = "Give a day and a time.";
  const refused = lend.error instanceof ApiError ? lend.error : undefined;
  const fields: Record<string, string> = { ...(wasTried ? found : {}), ...refused?.fields };

  function changeOpen(next: boolean) {
    setOpen(next);
    setDraft(blankLoan());
    setWasTried(false);
    lend.reset();
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    setWasTried(true);
    if (Object.keys(found).length === 0) lend.mutate();
    else requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  }
  const change = (next: Partial<typeof draft>) => {
    setDraft((known) => ({ ...known, ...next }));
    if (lend.isError) lend.reset();
  };
  return (
    <Dialog open={open} onOpenChange={changeOpen}>
      <DialogTrigger asChild>{trigger}</DialogTrigger>
      <DialogContent
        title="Lend my vote"
        description="You can still vote yourself, and take it back at any time. Both of you stand beside what is approved with it."
        footer={
          <>
            <DialogClose asChild>
              <Button disabled={lend.isPending}>Cancel</Button>
            </DialogClose>
            <Button type="submit" form={formId} variant="primary" pending={lend.isPending}>
              Lend my vote
            </Button>
          </>
        }
      >
        <form id={formId} ref={form} onSubmit={submit} noValidate className="grid gap-4">
          <Field label="To whom?" error={fields.toId}>
            <Combobox
              options={people.map(({ id, name }) => ({ value: id, label: name }))}
              values={draft.toId ? [draft.toId] : []}
              onChange={([toId = ""]) => change({ toId })}
              placeholder="Choose somebody"
              empty="Nobody of that name may hold a vote."
            />
          </Field>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="From" error={fields.startsAt}>
              <Input
                type="datetime-local"
                value={draft.from}
                onChange={({ target }) => change({ from: target.value })}
              />
            </Field>
            <Field label="Until" error={fields.endsAt}>
              <Input
                type="datetime-local"
                value={draft.until}
                onChange={({ target }) => change({ until: target.value })}
              />
            </Field>
          </div>
          <p className="text-muted text-sm">By your own clocks, {ownTimeZone()}.</p>
          {lend.error && Object.keys(refused?.fields ?? {}).length === 0 ? (
            <p role="alert" className="text-failed">
              {lend.error.message} {refused?.advice}
            </p>
          ) : null}
        </form>
      </DialogContent>
    </Dialog>
  );
}
