"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link2 } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import type { BackupPoint } from "#lib/backups/types.ts";
import { ApiError, api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { ExactTime } from "../ui/relative-time.tsx";
import { Select } from "../ui/select.tsx";

const LASTING: readonly [minutes: number, word: string][] = [
  [15, "15 minutes"],
  [60, "an hour"],
  [240, "4 hours"],
  [1_440, "a day"],
];

/** What comes down: the one object of the backup, or a tar of them. */
const fileNameOf = ({ manifest, service, policy }: BackupPoint): string => {
  const [only, more] = manifest?.parts ?? [];
  if (only && !more) return only.key.split("/").at(-1) ?? "backup";
  return `${service ?? "seaworthy"}-${policy}.tar`;
};

/** Makes an address that gives the backup to whoever has it, for a while. It is shown this once. */
export function LinkDialog({ point }: { point: BackupPoint }) {
  const [open, setOpen] = useState(false);
  const [minutes, setMinutes] = useState("60");
  const [reason, setReason] = useState("");
  const formId = useId();
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: () =>
      api("POST /backups/{backupId}/links", {
        params: { backupId: point.id },
        body: { minutes: Number(minutes), reason },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["backups"] }),
  });
  const refused = make.error instanceof ApiError ? make.error : undefined;
  const isOfNoField = make.error && !refused?.fields.reason && !refused?.fields.minutes;

  function changeOpen(next: boolean) {
    setOpen(next);
    if (next) return;
    setReason("");
    make.reset();
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    make.mutate();
  }

  return (
    <Dialog open={open} onOpenChange={changeOpen}>
      <DialogTrigger asChild>
        <Button size="sm">
          <Link2 aria-hidden /> Make a link
        </Button>
      </DialogTrigger>
      <DialogContent
        title={make.data ? "The link, this once" : "Give this backup to a person"}
        description={
          make.data
            ? "It cannot be shown again. Whoever has it gets the data, without signing in."
            : "By an address that stops working. Making it and each use of it are in the audit."
        }
        footer={
          make.data ? (
            <DialogClose asChild>
              <Button variant="primary">I have it</Button>
            </DialogClose>
          ) : (
            <>
              <DialogClose asChild>
                <Button>Cancel</Button>
              </DialogClose>
              <Button type="submit" form={formId} variant="primary" pending={make.isPending}>
                Make the link
              </Button>
            </>
          )
        }
      >
        {make.data ? (
          <div className="grid grid-cols-1 gap-4">
            <Shown label="Address" text={make.data.url} />
            <Shown label="On a command line" text={`curl -fo '${fileNameOf(point)}' '${make.data.url}'`} />
            <p className="text-muted text-sm">
              Works until <ExactTime at={make.data.link.expiresAt} />, or until somebody revokes it.
              {point.encrypted ? " What comes down is encrypted: it takes an age identity to read it." : ""}
            </p>
          </div>
        ) : (
          <form id={formId} onSubmit={submit} noValidate className="grid grid-cols-1 gap-4">
            {point.encrypted ? null : (
              <Callout tone="warning" title="These are the data themselves">
                Not encrypted and not masked. For a copy without people’s names, restore it elsewhere with masking.
              </Callout>
            )}
            <Field label="What is it for?" why="For whoever reads the audit later." error={refused?.fields.reason}>
              <Input value={reason} maxLength={300} onChange={({ target }) => setReason(target.value)} />
            </Field>
            <Field label="Works for" error={refused?.fields.minutes} className="sm:max-w-52">
              <Select value={minutes} onChange={({ target }) => setMinutes(target.value)}>
                {LASTING.map(([number, word]) => (
                  <option key={number} value={number}>
                    {word}
                  </option>
                ))}
              </Select>
            </Field>
            {isOfNoField ? (
              <p role="alert" className="text-failed">
                {make.error?.message} {refused?.advice}
              </p>
            ) : null}
          </form>
        )}
      </DialogContent>
    </Dialog>
  );
}

function Shown({ label, text }: { label: string; text: string }) {
  return (
    <div className="grid grid-cols-1 gap-1">
      <p className="font-medium text-sm">{label}</p>
      <div className="flex min-w-0 items-start gap-1">
        <code className="min-w-0 flex-1 select-all break-all rounded-md bg-sunken px-2 py-1 text-sm">{text}</code>
        <CopyButton text={text} label={`Copy: ${label.toLowerCase()}`} />
      </div>
    </div>
  );
}
