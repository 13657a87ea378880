"use client";

import { Hand } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { RunPageStep } from "#lib/runs/schema.ts";
import { ApiError } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { wordForNeeded } from "./words.ts";

interface ManualPanelProps {
  step: RunPageStep;
  mayConfirm: boolean;
  onConfirm: (note: string) => Promise<unknown>;
}

/** A step a person does: what to do, and a note that says how one can tell. What was typed stays when it does not work. */
export function ManualPanel({ step, mayConfirm, onConfirm }: ManualPanelProps) {
  const [note, setNote] = useState("");
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<string>();

  async function submit(event: FormEvent) {
    event.preventDefault();
    setPending(true);
    setError(undefined);
    try {
      await onConfirm(note);
    } catch (caught) {
      setError(
        caught instanceof ApiError
          ? [caught.fields.note ?? caught.message, caught.advice].filter(Boolean).join(" ")
          : "That did not work. Try again.",
      );
    } finally {
      setPending(false);
    }
  }

  return (
    <section
      aria-label="For a person to do"
      className="grid gap-3 rounded-lg border border-person/35 bg-person-soft px-3.5 py-3"
    >
      <div className="flex items-start gap-2">
        <Hand aria-hidden className="mt-0.5 size-4 shrink-0 text-person" />
        <div className="min-w-0">
          <p className="break-words font-medium">{step.title}</p>
          <p>The panel cannot do this itself: it {wordForNeeded(step)}. The run goes on when it is confirmed.</p>
        </div>
      </div>
      {mayConfirm ? (
        <form onSubmit={submit} className="grid gap-2">
          <Field label="What you did or saw" why="Kept with the run, for whoever asks later." error={error} required>
            <Textarea value={note} onChange={(event) => setNote(event.target.value)} maxLength={4000} rows={2} />
          </Field>
          <div>
            <Button type="submit" variant="primary" pending={pending}>
              Confirm
            </Button>
          </div>
        </form>
      ) : null}
    </section>
  );
}
