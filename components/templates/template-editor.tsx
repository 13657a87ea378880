"use client";

import { FileInput, Plus } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { toast } from "sonner";
import { compareContents } from "#lib/templates/format/compare-contents.ts";
import type { TemplateItem } from "#lib/templates/schema/content.ts";
import type { TemplateView } from "#lib/templates/types.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { UnsavedGuard } from "../ui/unsaved-guard.tsx";
import { Differences } from "./differences.tsx";
import { addItem, appendItems, broughtBy, moveItem, removeItem } from "./edit-items.ts";
import { ItemEditor } from "./item-editor.tsx";
import { PublishDialog } from "./publish-dialog.tsx";
import { ReadMarkdownDialog } from "./read-markdown-dialog.tsx";
import { type TemplateEditorState, useTemplateEditor } from "./use-template-editor.ts";

/** The draft of a checklist: its order, its items, what each asks for. */
export function TemplateEditor({ initial }: { initial: TemplateView }) {
  const router = useRouter();
  const editor = useTemplateEditor(initial);
  const { items, setItems, problems } = editor;
  const brought = broughtBy(initial.outline);
  const [openKey, setOpenKey] = useState<string>();
  const list = useRef<HTMLOListElement>(null);
  /** What has the focus once the list is drawn anew: a moved item's button goes with it. */
  const focusNext = useRef<string>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: after every change of the order
  useEffect(() => {
    const wanted = focusNext.current;
    focusNext.current = undefined;
    if (wanted) list.current?.querySelector<HTMLElement>(wanted)?.focus();
  }, [items]);

  function move(index: number, by: -1 | 1) {
    const active = document.activeElement;
    const button =
      active instanceof HTMLElement && active.dataset.move ? `[data-move="${active.dataset.move}"]` : "button";
    focusNext.current = `[data-item="${items[index]?.key}"] ${button}`;
    setItems(moveItem(items, index, by));
  }
  function add(at: number) {
    const next = addItem(items, at);
    setItems(next.items);
    setOpenKey(next.added.key);
    focusNext.current = `[data-item="${next.added.key}"] input`;
  }
  const change = (index: number, item: TemplateItem) => setItems(items.with(index, item));
  const problemsOf = (index: number) =>
    Object.fromEntries(
      Object.entries(problems).flatMap(([path, message]) => {
        const field = path.startsWith(`items.${index}.`) ? path.split(".")[2] : undefined;
        return field ? [[field, message]] : [];
      }),
    );
  async function save() {
    try {
      await editor.save();
      toast.success("Draft saved");
    } catch {
      // It is said above the list.
    }
  }
  return (
    <div className="grid gap-4">
      <UnsavedGuard isDirty={editor.isDirty} />
      <TheirsNotice editor={editor} />
      {editor.failure ? (
        <Callout tone="failed" title="The draft was not saved">
          {editor.failure.message}
        </Callout>
      ) : null}
      <Field label="Title" error={problems.title} className="max-w-xl">
        <Input value={editor.title} maxLength={200} onChange={(event) => editor.setTitle(event.target.value)} />
      </Field>
      <Card className="overflow-hidden">
        <CardHeader
          title="Items"
          note="In the order in which they are shown. What an item waits for decides when it begins."
          actions={
            <div className="flex flex-wrap gap-2">
              <ReadMarkdownDialog
                trigger={
                  <Button size="sm">
                    <FileInput aria-hidden /> From Markdown
                  </Button>
                }
                action="Add these items"
                onRead={({ content }) => setItems(appendItems(items, content.items))}
              />
              <Button size="sm" onClick={() => add(items.length)}>
                <Plus aria-hidden /> Add an item
              </Button>
            </div>
          }
        />
        {items.length === 0 ? (
          <p className="px-4 py-6 text-muted">Nothing yet. Add an item, or paste a list as Markdown.</p>
        ) : (
          <ol ref={list} className="divide-y divide-line">
            {items.map((item, index) => (
              <ItemEditor
                key={item.key}
                {...{ item, index, items, brought }}
                problems={problemsOf(index)}
                open={openKey === item.key}
                onToggle={() => setOpenKey(openKey === item.key ? undefined : item.key)}
                onChange={(next) => change(index, next)}
                onMove={(by) => move(index, by)}
                onAddBelow={() => add(index + 1)}
                onRemove={() => setItems(removeItem(items, item.key))}
              />
            ))}
          </ol>
        )}
      </Card>
      <div className="sticky bottom-0 flex flex-wrap items-center gap-2 border-line border-t bg-canvas py-3">
        <Button
          variant="primary"
          pending={editor.saving}
          disabled={!editor.isDirty || editor.unsavable !== null || editor.theirs !== undefined}
          onClick={save}
        >
          Save draft
        </Button>
        <PublishDialog
          editor={editor}
          onPublished={() => router.push(`/checklists/templates/${encodeURIComponent(initial.key)}`)}
        />
        <Button asChild>
          <Link href={`/checklists/templates/${initial.key}/preview?version=draft`}>Try it on a service</Link>
        </Button>
        <p role="status" className="text-muted text-sm">
          {editor.unsavable ?? (editor.isDirty ? "Not saved yet" : `Saved · ${items.length} items`)}
        </p>
      </div>
    </div>
  );
}

/** Somebody else has saved meanwhile: both are looked at before one goes. */
function TheirsNotice({ editor }: { editor: TemplateEditorState }) {
  const { theirs } = editor;
  if (!theirs) return null;
  return (
    <Callout
      tone="warning"
      title="Somebody else has saved this draft since you opened it"
      actions={
        <>
          <Button onClick={editor.takeTheirs}>Take theirs</Button>
          <Button variant="primary" pending={editor.saving} onClick={() => editor.saveOver().catch(() => {})}>
            Save mine over it
          </Button>
        </>
      }
    >
      {theirs.title === editor.title ? null : <p>Yours is called “{editor.title}”.</p>}
      <p>This is what yours has otherwise than theirs:</p>
      <div className="mt-2 max-h-96 overflow-y-auto rounded-md border border-line bg-surface">
        <Differences differences={compareContents(theirs.content, { items: [...editor.items] }, editor.outline)} />
      </div>
    </Callout>
  );
}
