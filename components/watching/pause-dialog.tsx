"use client";

import { Pause } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { toast } from "sonner";
import { type PauseMonitoring, pauseMonitoringSchema } from "#lib/watching/schema.ts";
import { ApiError, api } from "../api-client.ts";
import { findProblems } from "../backups/find-problems.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { RefusalPanel } from "../ui/refusal-panel.tsx";
import { Select } from "../ui/select.tsx";
import { useWatchingAct } from "./use-watching.ts";

const LENGTHS = [
  [15, "15 minutes"],
  [30, "30 minutes"],
  [60, "1 hour"],
  [120, "2 hours"],
  [480, "8 hours"],
  [1_440, "1 day"],
] as const;

/** Quiet for a time that ends by itself. */
export function PauseDialog({ serviceName }: { serviceName: string }) {
  const [open, setOpen] = useState(false);
  const [draft, setDraft] = useState<PauseMonitoring>({ minutes: 30, reason: "" });
  const [wasTried, setWasTried] = useState(false);
  const formId = useId();
  const pause = useWatchingAct(serviceName, (body: PauseMonitoring) =>
    api("POST /services/{serviceName}/monitors/pause", { params: { serviceName }, body }),
  );
  const refused = pause.error instanceof ApiError ? pause.error : undefined;
  const problems = { ...(wasTried ? findProblems(pauseMonitoringSchema, draft) : {}), ...refused?.fields };

  async function submit(event: FormEvent) {
    event.preventDefault();
    setWasTried(true);
    if (!pauseMonitoringSchema.safeParse(draft).success) return;
    const done = await pause.mutateAsync(draft).catch(() => null);
    if (!done) return;
    toast("The monitors are being paused");
    setOpen(false);
    setWasTried(false);
    setDraft({ ...draft, reason: "" });
  }

  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogTrigger asChild>
        <Button size="sm">
          <Pause aria-hidden /> Pause for…
        </Button>
      </DialogTrigger>
      <DialogContent
        title={`Pause the monitors of ${serviceName}`}
        description="Nobody is told when it stops meanwhile. They are resumed by themselves."
        footer={
          <>
            <DialogClose asChild>
              <Button>Cancel</Button>
            </DialogClose>
            <Button type="submit" form={formId} variant="primary" pending={pause.isPending}>
              Pause them
            </Button>
          </>
        }
      >
        <form id={formId} onSubmit={submit} noValidate className="grid grid-cols-1 gap-4">
          <Field label="For" error={problems.minutes}>
            <Select
              value={draft.minutes}
              onChange={({ target }) => setDraft({ ...draft, minutes: Number(target.value) })}
            >
              {LENGTHS.map(([minutes, words]) => (
                <option key={minutes} value={minutes}>
                  {words}
                </option>
              ))}
            </Select>
          </Field>
          <Field label="Why" why="For whoever looks for a missing alert." error={problems.reason}>
            <Input
              value={draft.reason}
              maxLength={300}
              placeholder="New disks in the host"
              onChange={({ target }) => setDraft({ ...draft, reason: target.value })}
            />
          </Field>
          <RefusalPanel refused={refused} />
        </form>
      </DialogContent>
    </Dialog>
  );
}
