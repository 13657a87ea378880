"use client";

import { type FormEvent, useId, useState } from "react";
import { WAIVER_MAX_DAYS, WAIVER_REASON_MAX } from "#lib/runs/constants.ts";
import { ApiError } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { endOfDay, toDay } from "./item-words.ts";

const DAY_MS = 86_400_000;
const dayIn = (days: number) => toDay(new Date(Date.now() + days * DAY_MS).toISOString());

interface WaiveDialogProps {
  title: string;
  onWaive: (waiver: { reason: string; until: string }) => Promise<unknown>;
}

/** To do without an item there has to be a reason, and a day on which it is asked for again. */
export function WaiveDialog({ title, onWaive }: WaiveDialogProps) {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const [day, setDay] = useState("");
  const [pending, setPending] = useState(false);
  const [failed, setFailed] = useState<ApiError>();
  const formId = useId();

  async function submit(event: FormEvent) {
    event.preventDefault();
    event.stopPropagation();
    setPending(true);
    setFailed(undefined);
    try {
      await onWaive({ reason, until: endOfDay(day) ?? "" });
      setOpen(false);
    } catch (caught) {
      setFailed(caught instanceof ApiError ? caught : new ApiError(0, { message: "That did not work. Try again." }));
    } finally {
      setPending(false);
    }
  }

  return (
    <Dialog open={open} onOpenChange={(next) => !pending && setOpen(next)}>
      <DialogTrigger asChild>
        <Button size="sm" variant="ghost">
          Not applicable…
        </Button>
      </DialogTrigger>
      <DialogContent
        title={`Do without “${title}”?`}
        description="The run goes on without it. From the day you give, it is open again and its owner is told."
        footer={
          <>
            <DialogClose asChild>
              <Button disabled={pending}>Keep it open</Button>
            </DialogClose>
            <Button type="submit" form={formId} variant="primary" pending={pending} disabled={!reason.trim() || !day}>
              Waive this item
            </Button>
          </>
        }
      >
        <form id={formId} onSubmit={submit} className="grid gap-4" noValidate>
          <Field label="Why it is not needed for now" error={failed?.fields.reason} required>
            <Textarea
              value={reason}
              onChange={(event) => setReason(event.target.value)}
              maxLength={WAIVER_REASON_MAX}
              rows={2}
            />
          </Field>
          <Field label="Until" why="At most a year from now." error={failed?.fields.until} required>
            <Input
              type="date"
              min={dayIn(0)}
              max={dayIn(WAIVER_MAX_DAYS - 1)}
              value={day}
              onChange={(event) => setDay(event.target.value)}
            />
          </Field>
          {failed && !failed.fields.reason && !failed.fields.until ? (
            <p role="alert" className="text-failed">
              {[failed.message, failed.advice].filter(Boolean).join(" ")}
            </p>
          ) : null}
        </form>
      </DialogContent>
    </Dialog>
  );
}
