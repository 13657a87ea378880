"use client";

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useId, useRef, useState } from "react";
import type { WebhookKind } from "#lib/releases/constants.ts";
import { webhookSchema } from "#lib/releases/schema/release.ts";
import { ApiError, api } from "../api-client.ts";
import { findProblems } from "../backups/find-problems.ts";
import { TextField } from "../backups/text-field.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "../ui/dialog.tsx";
import { FieldGroup } from "../ui/field.tsx";
import { Radio, RadioGroup } from "../ui/radio-group.tsx";
import { MadeWebhookBody } from "./made-webhook.tsx";

interface NewWebhookDialogProps {
  serviceName: string;
  image: string;
  isFirst: boolean;
  onMade: () => Promise<void>;
}

/** Makes an address that a forge may ring; its secret is shown this once. */
export function NewWebhookDialog({ serviceName, image, isFirst, onMade }: NewWebhookDialogProps) {
  const formId = useId();
  const form = useRef<HTMLFormElement>(null);
  const blank = { kind: "github" as WebhookKind, branch: "main", image };
  const [open, setOpen] = useState(false);
  const [draft, setDraft] = useState(blank);
  const [wasTried, setWasTried] = useState(false);
  const make = useMutation({
    mutationFn: () => api("POST /services/{serviceName}/release-webhooks", { params: { serviceName }, body: draft }),
    onSuccess: onMade,
  });
  const made = make.data;
  const found = findProblems(webhookSchema, draft);
  if (draft.branch.trim() === "") found.branch = "Give the branch.";
  const refused = make.error instanceof ApiError ? make.error : undefined;
  const fields: Record<string, string> = { ...(wasTried ? found : {}), ...refused?.fields };

  function changeOpen(next: boolean) {
    if (make.isPending) return;
    setOpen(next);
    setDraft(blank);
    setWasTried(false);
    // The secret is not kept anywhere on the page either.
    make.reset();
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    setWasTried(true);
    if (Object.keys(found).length === 0) make.mutate();
    else requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  }
  const change = (next: Partial<typeof draft>) => setDraft((known) => ({ ...known, ...next }));

  return (
    <Dialog open={open} onOpenChange={changeOpen}>
      <DialogTrigger asChild>
        <Button variant={isFirst ? "primary" : "secondary"}>New webhook</Button>
      </DialogTrigger>
      {made ? (
        <DialogContent
          title="Your new webhook"
          // Pressing beside it would lose the secret.
          onInteractOutside={(event) => event.preventDefault()}
          footer={
            <DialogClose asChild>
              <Button variant="primary">Done</Button>
            </DialogClose>
          }
        >
          <MadeWebhookBody made={made} />
        </DialogContent>
      ) : (
        <DialogContent
          title="New webhook"
          footer={
            <>
              <DialogClose asChild>
                <Button disabled={make.isPending}>Cancel</Button>
              </DialogClose>
              <Button type="submit" form={formId} variant="primary" pending={make.isPending}>
                Make the webhook
              </Button>
            </>
          }
        >
          <form id={formId} ref={form} onSubmit={submit} noValidate className="grid gap-4">
            <FieldGroup label="Who rings?">
              <RadioGroup
                aria-label="Who rings?"
                value={draft.kind}
                onValueChange={(kind) => change({ kind: kind === "gitlab" ? "gitlab" : "github" })}
              >
                <Radio value="github" label="GitHub" hint="signs every delivery" />
                <Radio value="gitlab" label="GitLab" hint="sends a secret token" />
              </RadioGroup>
            </FieldGroup>
            <TextField
              label="Branch"
              why="Only what concerns it makes a release; the rest is answered and left alone."
              mono
              value={draft.branch}
              onChange={(branch) => change({ branch })}
              maxLength={200}
              error={fields.branch}
            />
            <TextField
              label="Image"
              why="With the tag your pipeline pushes to. What it means is looked up when the webhook rings."
              mono
              value={draft.image}
              onChange={(next) => change({ image: next })}
              placeholder="ghcr.io/acme/notes:main"
              error={fields.image}
            />
            {make.error && Object.keys(refused?.fields ?? {}).length === 0 ? (
              <p role="alert" className="text-failed">
                {make.error.message}
              </p>
            ) : null}
          </form>
        </DialogContent>
      )}
    </Dialog>
  );
}
