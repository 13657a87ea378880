"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useId, useRef, useState } from "react";
import { toast } from "sonner";
import { registryCredentialSchema } from "#lib/releases/schema/release.ts";
import type { RegistryCredentialView } from "#lib/releases/types.ts";
import { ApiError, api } from "../api-client.ts";
import { findProblems } from "../backups/find-problems.ts";
import { TextField } from "../backups/text-field.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "../ui/dialog.tsx";
import { REGISTRIES_KEY } from "./registries-key.ts";

interface RegistryDialogProps {
  trigger?: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** Set: this one is edited; its registry stays. */
  credential?: RegistryCredentialView;
}

/** An account at a registry. Its password goes in and never comes out. */
export function RegistryDialog({ trigger, open: given, onOpenChange, credential }: RegistryDialogProps) {
  const client = useQueryClient();
  const formId = useId();
  const form = useRef<HTMLFormElement>(null);
  const blank = { host: credential?.host ?? "", username: credential?.username ?? "", password: "" };
  const [ownOpen, setOwnOpen] = useState(false);
  const [draft, setDraft] = useState(blank);
  const [wasTried, setWasTried] = useState(false);
  const body = { host: draft.host.trim(), username: draft.username.trim(), password: draft.password || null };
  const save = useMutation({
    mutationFn: (): Promise<RegistryCredentialView> =>
      credential
        ? api("PUT /registry-credentials/{credentialId}", {
            params: { credentialId: credential.id },
            body: { ...body, version: credential.version },
          })
        : api("POST /registry-credentials", { body }),
    onSuccess: async ({ host }) => {
      await client.invalidateQueries({ queryKey: REGISTRIES_KEY });
      toast.success(`The account at ${host} is kept, and tried now.`);
      changeOpen(false);
    },
  });
  const found = findProblems(registryCredentialSchema, body);
  if (body.username === "") found.username = "Give the account’s name.";
  if (!credential && body.password === null) found.password = "Give the password or a token.";
  const refused = save.error instanceof ApiError ? save.error : undefined;
  const fields: Record<string, string> = { ...(wasTried ? found : {}), ...refused?.fields };

  function changeOpen(next: boolean) {
    setOwnOpen(next);
    onOpenChange?.(next);
    setDraft(blank);
    setWasTried(false);
    save.reset();
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    setWasTried(true);
    if (Object.keys(found).length === 0) save.mutate();
    else requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  }
  const change = (next: Partial<typeof draft>) => {
    setDraft((known) => ({ ...known, ...next }));
    if (save.isError) save.reset();
  };

  return (
    <Dialog open={given ?? ownOpen} onOpenChange={changeOpen}>
      {trigger ? <DialogTrigger asChild>{trigger}</DialogTrigger> : null}
      <DialogContent
        title={credential ? `The account at ${credential.host}` : "Add an account"}
        footer={
          <>
            <DialogClose asChild>
              <Button disabled={save.isPending}>Cancel</Button>
            </DialogClose>
            <Button type="submit" form={formId} variant="primary" pending={save.isPending}>
              {credential ? "Save the account" : "Add the account"}
            </Button>
          </>
        }
      >
        <form id={formId} ref={form} onSubmit={submit} noValidate className="grid gap-4">
          {credential ? null : (
            <TextField
              label="Registry"
              why="Its host as it stands in front of the image’s name; docker.io for Docker Hub."
              mono
              value={draft.host}
              onChange={(host) => change({ host })}
              placeholder="ghcr.io"
              error={fields.host}
            />
          )}
          <TextField
            label="Account"
            value={draft.username}
            onChange={(username) => change({ username })}
            error={fields.username}
          />
          <TextField
            label="Password or token"
            why={
              credential
                ? "Leave it empty to keep the one that is there."
                : "One that may only pull is enough. It is kept encrypted and never shown again."
            }
            optional={Boolean(credential)}
            type="password"
            autoComplete="new-password"
            value={draft.password}
            onChange={(password) => change({ password })}
            error={fields.password}
          />
          {save.error && Object.keys(refused?.fields ?? {}).length === 0 ? (
            <p role="alert" className="text-failed">
              {save.error.message} {refused?.advice}
            </p>
          ) : null}
        </form>
      </DialogContent>
    </Dialog>
  );
}
