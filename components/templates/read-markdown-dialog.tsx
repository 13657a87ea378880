"use client";

import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { plural } from "#lib/platform/format.ts";
import type { ReadMarkdown } from "#lib/templates/types.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Textarea } from "../ui/textarea.tsx";

interface ReadMarkdownDialogProps {
  trigger: ReactNode;
  /** What the button does once it is known what the list becomes. */
  action: string;
  onRead: (read: ReadMarkdown) => void;
}

/** Pastes a list, shows what it becomes, and hands it over. */
export function ReadMarkdownDialog({ trigger, action, onRead }: ReadMarkdownDialogProps) {
  const [open, setOpen] = useState(false);
  const [markdown, setMarkdown] = useState("");
  const read = useMutation({
    mutationFn: () => api("POST /checklist-templates/read-markdown", { body: { markdown } }),
  });
  function changeOpen(next: boolean) {
    setOpen(next);
    if (!next) {
      setMarkdown("");
      read.reset();
    }
  }
  const found = read.data;
  return (
    <Dialog open={open} onOpenChange={changeOpen}>
      <DialogTrigger asChild>{trigger}</DialogTrigger>
      <DialogContent
        title="From Markdown"
        description="A list with - [ ], dashes, numbers or bullets. What is nested becomes a part of what it is nested in."
        footer={
          <>
            <DialogClose asChild>
              <Button>Cancel</Button>
            </DialogClose>
            {found ? (
              <Button
                variant="primary"
                disabled={found.content.items.length === 0}
                onClick={() => {
                  onRead(found);
                  changeOpen(false);
                }}
              >
                {action}
              </Button>
            ) : (
              <Button
                variant="primary"
                pending={read.isPending}
                disabled={markdown.trim() === ""}
                onClick={() => read.mutate()}
              >
                Look at it first
              </Button>
            )}
          </>
        }
      >
        {found ? <ReadPreview read={found} /> : null}
        <Field label="The list" className={found ? "sr-only" : undefined}>
          <Textarea
            rows={12}
            className="max-h-[50dvh] font-mono text-sm"
            value={markdown}
            disabled={found !== undefined}
            onChange={(event) => setMarkdown(event.target.value)}
          />
        </Field>
        {read.error ? (
          <p role="alert" className="text-failed">
            {read.error.message}
          </p>
        ) : null}
      </DialogContent>
    </Dialog>
  );
}

function ReadPreview({ read: { title, content, leftOut } }: { read: ReadMarkdown }) {
  const depth = new Map<string, number>();
  for (const item of content.items)
    depth.set(item.key, item.kind === "own" && item.under ? (depth.get(item.under) ?? 0) + 1 : 0);
  return (
    <div className="grid gap-3">
      <p role="status">
        {plural(content.items.length, "item")}
        {title ? ` of “${title}”` : ""}
      </p>
      <ul
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
        tabIndex={0}
        aria-label="What becomes of it"
        className="grid max-h-[40dvh] gap-1 overflow-y-auto rounded-md bg-sunken p-3 text-sm"
      >
        {content.items.map((item) => (
          <li key={item.key} style={{ paddingLeft: `${(depth.get(item.key) ?? 0) * 1.25}rem` }}>
            ☐ {item.kind === "own" ? item.title : item.key}
          </li>
        ))}
      </ul>
      {leftOut.length > 0 ? (
        <div className="text-sm">
          <p className="text-person">{plural(leftOut.length, "line")} became nothing:</p>
          <ul className="max-h-32 list-disc overflow-y-auto pl-5 text-muted">
            {leftOut.map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a line may be there twice
              <li key={index} className="break-words">
                {line}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </div>
  );
}
