"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { findContentProblems } from "#lib/templates/format/check-content.ts";
import { type TemplateItem, templateContentSchema } from "#lib/templates/schema/content.ts";
import type { TemplateView } from "#lib/templates/types.ts";
import { ApiError, api } from "../api-client.ts";
import { fieldErrorsOf } from "./field-errors.ts";

const isStale = (error: unknown) => error instanceof ApiError && error.code === "templates.stale";

/** A draft on its way: what was typed, what the server has, and what stands between them. */
export function useTemplateEditor(initial: TemplateView) {
  const [saved, setSaved] = useState(initial);
  const [title, setTitle] = useState(initial.title);
  const [items, setItems] = useState<readonly TemplateItem[]>(initial.content.items);
  /** What somebody else saved meanwhile, over which nothing is saved unasked. */
  const [theirs, setTheirs] = useState<TemplateView>();
  const { key } = initial;
  const isDirty = title !== saved.title || JSON.stringify(items) !== JSON.stringify(saved.content.items);

  function take(view: TemplateView) {
    setSaved(view);
    setTitle(view.title);
    setItems(view.content.items);
    setTheirs(undefined);
  }
  const save = useMutation({
    mutationFn: (rev: number) =>
      api("PUT /checklist-templates/{key}/draft", {
        params: { key },
        body: { rev, title, note: saved.shown?.note ?? "", content: { items: [...items] } },
      }),
    onSuccess: take,
    onError: async (error) => {
      if (isStale(error))
        setTheirs(await api("GET /checklist-templates/{key}", { params: { key }, query: { version: "draft" } }));
    },
  });
  const content = { items: [...items] };
  const parsed = templateContentSchema.safeParse(content);
  const problems = {
    ...(title.trim() === "" ? { title: "Give the checklist a title." } : {}),
    ...findContentProblems(content, initial.outline),
    ...(parsed.success ? {} : fieldErrorsOf(parsed.error)),
  };
  return {
    ...{ saved, title, setTitle, items, setItems, theirs, isDirty, problems },
    outline: initial.outline,
    /** Null: nothing stops it from being saved as it is. */
    unsavable: parsed.success && title.trim() !== "" ? null : "Mend what is marked, then save.",
    save: () => save.mutateAsync(saved.shown?.rev ?? 0),
    saveOver: () => save.mutateAsync(theirs?.shown?.rev ?? 0),
    takeTheirs: () => theirs && take(theirs),
    saving: save.isPending,
    failure: save.error && !isStale(save.error) ? save.error : null,
  };
}

export type TemplateEditorState = ReturnType<typeof useTemplateEditor>;
