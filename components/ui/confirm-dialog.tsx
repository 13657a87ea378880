"use client";

import { type FormEvent, type ReactNode, useId, useState } from "react";
import { Button } from "./button.tsx";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "./dialog.tsx";
import { Field } from "./field.tsx";
import { Input } from "./input.tsx";
import { asRefusal, RefusalPanel } from "./refusal-panel.tsx";

interface ConfirmDialogProps {
  /** The button that opens it. Leave out when `open` is given. */
  trigger?: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  title: ReactNode;
  /** What will be destroyed, by name. */
  children: ReactNode;
  /** The name to type before the button works; leave out for what can be undone. */
  nameToType?: string;
  /** What the button does: "Undo run 184". */
  action: string;
  danger?: boolean;
  /** May throw: the dialog stays, with the words of the error. */
  onConfirm: () => Promise<unknown> | unknown;
}

/** Asks before something that cannot be taken back, says what goes, and asks for the name. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { trigger, title, children, nameToType, action, danger = true, onConfirm } = props;
  const [ownOpen, setOwnOpen] = useState(false);
  const open = props.open ?? ownOpen;
  const [typed, setTyped] = useState("");
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>();
  const formId = useId();

  function changeOpen(next: boolean) {
    if (pending) return;
    setTyped("");
    setError(undefined);
    setOwnOpen(next);
    props.onOpenChange?.(next);
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    event.stopPropagation();
    setPending(true);
    setError(undefined);
    try {
      await onConfirm();
      setOwnOpen(false);
      props.onOpenChange?.(false);
    } catch (caught) {
      setError(caught ?? new Error());
    } finally {
      setPending(false);
    }
  }

  const blocked = nameToType !== undefined && typed.trim() !== nameToType;
  return (
    <Dialog open={open} onOpenChange={changeOpen}>
      {trigger ? <DialogTrigger asChild>{trigger}</DialogTrigger> : null}
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
              disabled={blocked}
              pending={pending}
            >
              {action}
            </Button>
          </>
        }
      >
        <form id={formId} onSubmit={submit} className="grid gap-4">
          <div>{children}</div>
          {nameToType ? (
            <Field
              label={
                <>
                  Type <code className="select-all break-all rounded-sm bg-sunken px-1">{nameToType}</code> to go on
                </>
              }
            >
              <Input value={typed} onChange={(e) => setTyped(e.target.value)} autoComplete="off" spellCheck={false} />
            </Field>
          ) : null}
          {error === undefined ? null : <RefusalPanel refused={asRefusal(error)} />}
        </form>
      </DialogContent>
    </Dialog>
  );
}
