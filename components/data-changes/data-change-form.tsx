"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { type FormEvent, useRef, useState } from "react";
import { type DraftTexts, draftTexts, reportTexts } from "#lib/data-changes/schema/input.ts";
import type { DataChangeChoices, DataChangeView } from "#lib/data-changes/types.ts";
import { ApiError, api } from "../api-client.ts";
import { findProblems } from "../backups/find-problems.ts";
import { Section } from "../backups/section.tsx";
import { TextField } from "../backups/text-field.tsx";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { UnsavedGuard } from "../ui/unsaved-guard.tsx";
import { ENGINES } from "./data-change-words.ts";

const EMPTY: DraftTexts = { title: "", cause: "", problem: "", procedure: "", success: "", statements: "" };
const textsOf = ({ title, cause, problem, procedure, success, statements }: DraftTexts): DraftTexts => ({
  ...{ title, cause, problem, procedure, success, statements },
});

interface DataChangeFormProps {
  /** Set: this one is edited. */
  change?: DataChangeView;
  /** What a new one begins with. */
  begin?: DraftTexts;
  databases: DataChangeChoices["databases"];
  /** Service chosen before. */
  service?: string | null;
}

/** The before-action report: what went wrong, what is done about it, with which statements. */
export function DataChangeForm({ change, begin, databases, service }: DataChangeFormProps) {
  const router = useRouter();
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [saved, setSaved] = useState(change);
  const [start] = useState(() => textsOf(change ?? begin ?? EMPTY));
  const [texts, setTexts] = useState(start);
  const [chosen, setChosen] = useState(() =>
    Math.max(
      0,
      databases.findIndex((one) => one.service === service),
    ),
  );
  const [tried, setTried] = useState<"draft" | "whole">();
  const isDraft = !saved || saved.state === "draft";
  const database = databases[chosen];

  const save = useMutation({
    mutationFn: async (propose: boolean): Promise<DataChangeView> => {
      let next = saved
        ? await api("PUT /data-changes/{dataChangeId}", {
            params: { dataChangeId: saved.id },
            body: { ...texts, version: saved.version },
          })
        : await api("POST /data-changes", {
            body: { ...texts, serviceName: database?.service ?? "", environment: database?.environment ?? "" },
          });
      setSaved(next);
      if (propose && next.state === "draft")
        next = await api("POST /data-changes/{dataChangeId}/propose", {
          params: { dataChangeId: next.id },
          body: { version: next.version },
        });
      return next;
    },
    onSuccess: (next) => {
      void client.invalidateQueries({ queryKey: ["data-changes"] });
      router.push(`/data-changes/${next.id}`);
    },
    onError: () => focusFirst(),
  });
  // Also while the next page is on its way.
  const isSending = save.isPending || save.isSuccess;
  const refused = save.error instanceof ApiError ? save.error : undefined;
  const found = tried === undefined ? {} : findProblems(tried === "whole" ? reportTexts : draftTexts, texts);
  const fields: Record<string, string> = { ...found, ...refused?.fields };
  const isOfNoField = save.error && Object.keys(refused?.fields ?? {}).length === 0;

  const focusFirst = () =>
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());

  function edit(key: keyof DraftTexts, value: string) {
    setTexts((known) => ({ ...known, [key]: value }));
    if (save.isError) save.reset();
  }
  function submit(whole: boolean) {
    setTried(whole ? "whole" : "draft");
    if (!(whole ? reportTexts : draftTexts).safeParse(texts).success) focusFirst();
    else save.mutate(whole);
  }
  const area = (key: keyof DraftTexts, label: string, why: string) => (
    <Field label={label} why={why} error={fields[key]}>
      <Textarea value={texts[key]} onChange={({ target }) => edit(key, target.value)} />
    </Field>
  );

  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        submit(true);
      }}
      className="grid max-w-4xl grid-cols-1 gap-4"
    >
      <UnsavedGuard isDirty={!save.isSuccess && JSON.stringify(texts) !== JSON.stringify(start)} />
      {saved && saved.state === "approved" ? (
        <Callout tone="warning" title="It is approved as it stands">
          Any change takes that approval and the preview away, and somebody other than you has to approve the new text.
        </Callout>
      ) : null}
      <Section title="Before-action report" note="Written before anything is done, kept for good.">
        {saved ? null : (
          <Field
            label="Database"
            why="Only databases with a backup policy: a proven backup is taken first."
            error={fields.serviceName ?? fields.environment}
          >
            <Select value={chosen} onChange={({ target }) => setChosen(Number(target.value))}>
              {databases.map((one, index) => (
                <option key={`${one.service}/${one.environment}`} value={index}>
                  {one.service} · {one.environment} ({one.database}, {ENGINES[one.engine]})
                </option>
              ))}
            </Select>
          </Field>
        )}
        <TextField
          label="Title"
          why="What is put right, in a line."
          value={texts.title}
          onChange={(title) => edit("title", title)}
          maxLength={200}
          error={fields.title}
        />
        {area("cause", "What went wrong, and why?", "Inadequate testing, inadequate validation: what let it happen.")}
        {area("problem", "What is the problem in the data?", "Which rows are wrong, and how you know.")}
        {area("procedure", "What will be done?", "The steps, in order.")}
        {area("success", "How will you see that it worked?", "What somebody can check afterwards.")}
      </Section>
      <Section
        title="Statements"
        note="Run in one transaction, in this order. Changes of the schema belong to a release: they end a transaction."
      >
        <Field
          label="SQL"
          why="SELECT, INSERT, UPDATE and DELETE, each ended with a semicolon. Rows of this database only, without client commands."
          error={fields.statements}
        >
          <Textarea
            value={texts.statements}
            onChange={({ target }) => edit("statements", target.value)}
            spellCheck={false}
            autoCapitalize="off"
            className="min-h-40 font-mono text-sm"
          />
        </Field>
      </Section>
      {isOfNoField ? (
        <ErrorPanel
          message={save.error?.message ?? ""}
          advice={refused?.advice}
          detail={refused?.detail}
          requestId={refused?.requestId || undefined}
        />
      ) : null}
      <div className="flex flex-wrap justify-end gap-2">
        <Button asChild>
          <Link href={saved ? `/data-changes/${saved.id}` : "/data-changes"}>Cancel</Link>
        </Button>
        {isDraft ? (
          <Button onClick={() => submit(false)} pending={isSending && tried === "draft"} disabled={isSending}>
            Save the draft
          </Button>
        ) : null}
        <Button type="submit" variant="primary" pending={isSending && tried === "whole"} disabled={isSending}>
          {isDraft ? "Propose it" : "Save the change"}
        </Button>
      </div>
    </form>
  );
}
