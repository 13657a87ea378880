"use client";

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { toast } from "sonner";
import { ApiError, api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Textarea } from "../ui/textarea.tsx";
import type { TemplateEditorState } from "./use-template-editor.ts";

/** Publishes what is in the editor; saves it first. */
export function PublishDialog({ editor, onPublished }: { editor: TemplateEditorState; onPublished: () => void }) {
  const formId = useId();
  const [open, setOpen] = useState(false);
  const [note, setNote] = useState("");
  const [wasTried, setWasTried] = useState(false);
  const publish = useMutation({
    mutationFn: async () => {
      const saved = editor.isDirty ? await editor.save() : editor.saved;
      return api("POST /checklist-templates/{key}/publish", {
        params: { key: saved.key },
        body: { rev: saved.shown?.rev ?? 0, note: note.trim() },
      });
    },
    onSuccess: ({ shown }) => {
      setOpen(false);
      toast.success(`Version ${shown?.version} is published: new runs are made with it.`);
      onPublished();
    },
    onError: (error) => {
      // The editor shows both texts.
      if (error instanceof ApiError && error.code === "templates.stale") setOpen(false);
    },
  });
  const problem = Object.values(editor.problems)[0];
  function submit(event: FormEvent) {
    event.preventDefault();
    setWasTried(true);
    if (note.trim() !== "" && problem === undefined) publish.mutate();
  }
  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogTrigger asChild>
        <Button disabled={editor.theirs !== undefined}>Publish…</Button>
      </DialogTrigger>
      <DialogContent
        title="Publish this version"
        description="New runs are made with it. Runs that have begun keep the version they began with; a plan made before has to be made again."
        footer={
          <>
            <DialogClose asChild>
              <Button disabled={publish.isPending}>Not yet</Button>
            </DialogClose>
            <Button
              type="submit"
              form={formId}
              variant="primary"
              pending={publish.isPending}
              disabled={problem !== undefined}
            >
              Publish version {editor.saved.shown?.version}
            </Button>
          </>
        }
      >
        <form id={formId} onSubmit={submit} noValidate className="grid gap-4">
          {problem ? (
            <p role="alert" className="text-failed">
              {problem}
            </p>
          ) : null}
          <Field
            label="What changed, and why"
            error={wasTried && note.trim() === "" ? "Say what changed, and why." : undefined}
          >
            <Textarea value={note} maxLength={500} onChange={(event) => setNote(event.target.value)} />
          </Field>
          {publish.error ? (
            <p role="alert" className="text-failed">
              {publish.error.message}
            </p>
          ) : null}
        </form>
      </DialogContent>
    </Dialog>
  );
}
