"use client";

import { type FormEvent, type ReactNode, useId, useState } from "react";
import { ApiError } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "../ui/dialog.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Textarea } from "../ui/textarea.tsx";

interface ReasonGiven {
  reason: string;
  confirm: string;
}

interface ReasonDialogProps {
  trigger: ReactNode;
  title: string;
  /** What will happen. */
  children: ReactNode;
  reason: { label: string; why: string; min: number };
  /** Has to be typed; left out: nothing. */
  nameToType?: string;
  action: string;
  danger?: boolean;
  /** Something stands in the way, whatever is typed. */
  isBlocked?: boolean;
  onOpen?: () => void;
  /** May throw: the dialog stays, with the words of the refusal. */
  onConfirm: (given: ReasonGiven) => Promise<unknown>;
}

/** Asks for a reason, and for the name where much depends on it, before something is done. */
export function ReasonDialog(props: ReasonDialogProps) {
  const { trigger, title, children, reason: asked, nameToType, action, danger = true, isBlocked = false } = props;
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const [confirm, setConfirm] = useState("");
  const [wasTried, setWasTried] = useState(false);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<Error>();
  const formId = useId();
  const isShort = reason.trim().length < asked.min;
  const isUnnamed = nameToType !== undefined && confirm.trim() !== nameToType;

  function changeOpen(next: boolean) {
    if (pending) return;
    setOpen(next);
    setConfirm("");
    setWasTried(false);
    setError(undefined);
    if (next) props.onOpen?.();
  }
  async function submit(event: FormEvent) {
    event.preventDefault();
    event.stopPropagation();
    setWasTried(true);
    if (isShort || isUnnamed || isBlocked) return;
    setPending(true);
    setError(undefined);
    try {
      await props.onConfirm({ reason: reason.trim(), confirm: confirm.trim() });
      setOpen(false);
      setReason("");
    } catch (caught) {
      setError(caught instanceof Error ? caught : new Error("That did not work. Try again."));
    } finally {
      setPending(false);
    }
  }

  return (
    <Dialog open={open} onOpenChange={changeOpen}>
      <DialogTrigger asChild>{trigger}</DialogTrigger>
      <DialogContent
        title={title}
        footer={
          <>
            <DialogClose asChild>
              <Button disabled={pending}>Keep it as it is</Button>
            </DialogClose>
            <Button
              type="submit"
              form={formId}
              variant={danger ? "danger" : "primary"}
              disabled={isUnnamed || isBlocked}
              pending={pending}
            >
              {action}
            </Button>
          </>
        }
      >
        <form id={formId} onSubmit={submit} className="grid grid-cols-1 gap-4" noValidate>
          <div className="grid grid-cols-1 gap-2">{children}</div>
          <Field
            label={asked.label}
            why={asked.why}
            error={wasTried && isShort ? (asked.min > 1 ? "Say why, in a sentence." : "Write something.") : undefined}
            required={asked.min > 0}
            optional={asked.min === 0}
          >
            <Textarea value={reason} onChange={({ target }) => setReason(target.value)} />
          </Field>
          {nameToType ? (
            <Field
              label={
                <>
                  Type <code className="select-all break-all rounded-sm bg-sunken px-1">{nameToType}</code> to go on
                </>
              }
            >
              <Input
                value={confirm}
                onChange={({ target }) => setConfirm(target.value)}
                autoComplete="off"
                spellCheck={false}
              />
            </Field>
          ) : null}
          {error ? (
            <ErrorPanel message={error.message} advice={error instanceof ApiError ? error.advice : undefined} />
          ) : null}
        </form>
      </DialogContent>
    </Dialog>
  );
}
