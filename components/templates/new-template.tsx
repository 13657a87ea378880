"use client";

import { useMutation } from "@tanstack/react-query";
import { FileInput } from "lucide-react";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { plural } from "#lib/platform/format.ts";
import type { TemplateItem } from "#lib/templates/schema/content.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { ReadMarkdownDialog } from "./read-markdown-dialog.tsx";

/** Begins a checklist of the organisation's own, empty or from a list that is pasted. */
export function NewTemplate() {
  const router = useRouter();
  const [title, setTitle] = useState("");
  const [items, setItems] = useState<TemplateItem[]>([]);
  const [wasTried, setWasTried] = useState(false);
  const create = useMutation({
    mutationFn: () => api("POST /checklist-templates", { body: { title: title.trim(), content: { items } } }),
    onSuccess: ({ key }) => router.push(`/checklists/templates/${encodeURIComponent(key)}/edit`),
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    setWasTried(true);
    if (title.trim() !== "") create.mutate();
  }
  return (
    <form onSubmit={submit} noValidate className="grid max-w-xl gap-4">
      <Field
        label="Title"
        why="What people choose when they start it."
        error={wasTried && title.trim() === "" ? "Give the checklist a title." : undefined}
      >
        <Input value={title} maxLength={200} onChange={(event) => setTitle(event.target.value)} />
      </Field>
      <div className="flex flex-wrap items-center gap-3">
        <ReadMarkdownDialog
          trigger={
            <Button>
              <FileInput aria-hidden /> Take items from Markdown
            </Button>
          }
          action="Take these items"
          onRead={({ title: found, content }) => {
            setItems(content.items);
            if (title.trim() === "" && found) setTitle(found);
          }}
        />
        <span role="status" className="text-muted text-sm">
          {items.length > 0 ? `${plural(items.length, "item")} taken` : "Or add items afterwards."}
        </span>
      </div>
      {create.error ? (
        <p role="alert" className="text-failed">
          {create.error.message}
        </p>
      ) : null}
      <Button type="submit" variant="primary" pending={create.isPending} className="justify-self-start">
        Begin the draft
      </Button>
    </form>
  );
}
