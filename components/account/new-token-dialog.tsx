"use client";

import { type FormEvent, useId, useState } from "react";
import { ROLE_WORDS } from "#lib/access/constants.ts";
import type { Role } from "#lib/access/types.ts";
import { ApiError, api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "../ui/dialog.tsx";
import { Field, FieldGroup } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";

const LIFETIMES = [7, 30, 90, 365];

interface NewTokenDialogProps {
  roles: readonly Role[];
  onMade: () => Promise<unknown>;
}

/** Makes a token and shows its text, this once. */
export function NewTokenDialog({ roles, onMade }: NewTokenDialogProps) {
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const [days, setDays] = useState(90);
  const [chosen, setChosen] = useState<readonly Role[]>(roles);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<ApiError | Error>();
  const [made, setMade] = useState<string>();
  const formId = useId();

  function changeOpen(next: boolean) {
    if (pending) return;
    setOpen(next);
    if (next) return;
    // The text is not kept anywhere on the page either.
    setMade(undefined);
    setName("");
    setProblem(undefined);
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    setPending(true);
    setProblem(undefined);
    try {
      const { token } = await api("POST /tokens", { body: { name, expiresInDays: days, roles: [...chosen] } });
      setMade(token);
      await onMade();
    } catch (error) {
      setProblem(error instanceof Error ? error : new Error("That did not work. Try again."));
    } finally {
      setPending(false);
    }
  }

  const nameProblem = problem instanceof ApiError ? problem.fields.name : undefined;
  return (
    <Dialog open={open} onOpenChange={changeOpen}>
      <DialogTrigger asChild>
        <Button>New token</Button>
      </DialogTrigger>
      {made ? (
        <DialogContent
          title="Your new token"
          footer={
            <DialogClose asChild>
              <Button variant="primary">Done</Button>
            </DialogClose>
          }
        >
          <div className="grid gap-3">
            <Callout tone="warning" title="Copy it now">
              It is shown this once. The panel keeps only its fingerprint.
            </Callout>
            <div className="flex items-center gap-2 rounded-md border border-line bg-sunken px-3 py-2">
              <code className="min-w-0 flex-1 select-all break-all">{made}</code>
              <CopyButton text={made} label="Copy the token" />
            </div>
          </div>
        </DialogContent>
      ) : (
        <DialogContent
          title="New API token"
          footer={
            <>
              <DialogClose asChild>
                <Button disabled={pending}>Cancel</Button>
              </DialogClose>
              <Button type="submit" form={formId} variant="primary" pending={pending}>
                Make the token
              </Button>
            </>
          }
        >
          <form id={formId} onSubmit={submit} className="grid gap-4">
            <Field label="Name" why="What uses it, so that you know later what you revoke." error={nameProblem}>
              <Input value={name} onChange={(event) => setName(event.target.value)} placeholder="ci-deploys" />
            </Field>
            <Field label="Ends after">
              <Select value={days} onChange={(event) => setDays(Number(event.target.value))}>
                {LIFETIMES.map((one) => (
                  <option key={one} value={one}>
                    {one} days
                  </option>
                ))}
              </Select>
            </Field>
            <FieldGroup label="Roles" why="Give it no more than it needs.">
              {roles.map((role) => (
                <Checkbox
                  key={role}
                  label={ROLE_WORDS[role]}
                  checked={chosen.includes(role)}
                  onCheckedChange={(on) =>
                    setChosen(on === true ? [...chosen, role] : chosen.filter((one) => one !== role))
                  }
                />
              ))}
            </FieldGroup>
            {problem && !nameProblem ? (
              <p role="alert" className="text-failed">
                {problem.message}
              </p>
            ) : null}
          </form>
        </DialogContent>
      )}
    </Dialog>
  );
}
