"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { type FormEvent, useRef, useState } from "react";
import { RECORD_TYPES, type RecordType } from "#lib/dns/constants.ts";
import type { RecordPlaces, RecordView } from "#lib/dns/types.ts";
import { ApiError, api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody } from "../ui/card.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { UnsavedGuard } from "../ui/unsaved-guard.tsx";
import { CHANGED_MEANWHILE, MeanwhileActs } from "./meanwhile-acts.tsx";
import { NameField } from "./name-field.tsx";
import { PlaceNote } from "./place-note.tsx";
import { blankDraft, contentOf, draftOf, type RecordDraft } from "./record-draft.ts";
import { carryRows, isFresh, typeForm } from "./record-parts.ts";
import { TtlField } from "./ttl-field.tsx";
import { useRecordCheck } from "./use-record-check.ts";
import { ValueRows } from "./value-rows.tsx";

type RecordFormProps = {
  /** Set: this record is edited; its name and type stay. */
  record?: RecordView;
  /** Where a new one may be. */
  places: RecordPlaces;
  /** The place to begin with, by its suffix. */
  suffix?: string;
};

export function RecordForm({ record, places: { places, lifetimeDays }, suffix }: RecordFormProps) {
  const router = useRouter();
  const client = useQueryClient();
  const first = places.find((place) => place.suffix === suffix) ?? places[0];
  const [version, setVersion] = useState(record?.version);
  const [initial, setInitial] = useState(() => (record ? draftOf(record) : blankDraft(first?.suffix ?? "", "A")));
  const [draft, setDraft] = useState(initial);
  /** Fields somebody was in; until then nothing is called wrong. */
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const form = useRef<HTMLFormElement>(null);
  const isDirty = JSON.stringify(draft) !== JSON.stringify(initial);
  const change = (field: string, fields: Partial<RecordDraft>) => {
    setDraft((known) => ({ ...known, ...fields }));
    setTouched((known) => new Set(known).add(field));
  };

  const asked = contentOf(draft);
  const save = useMutation({
    mutationFn: (over: number | undefined) => {
      const { name, type, ...content } = asked;
      return record && over !== undefined
        ? api("PATCH /records/{recordId}", { params: { recordId: record.id }, body: { ...content, version: over } })
        : api("POST /records", { body: { name, type, ...content } });
    },
    onSuccess: (saved) => {
      void client.invalidateQueries({ queryKey: ["records"] });
      router.push(`/domains/records/${saved.id}`);
    },
    onError: () => {
      setTouched(new Set(["name", "values", "ttl", "description"]));
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
    },
  });
  // Once it is sent, the record itself would be what stands in its way.
  const check = useRecordCheck(
    { ...asked, ...(record ? { recordId: record.id } : {}) },
    isDirty && !save.isPending && !save.isSuccess,
  );
  const refused = save.error instanceof ApiError ? save.error : undefined;
  const unreadable = check.error instanceof ApiError ? check.error : undefined;
  // What the server said when saving stands until something else is typed.
  const fields: Record<string, string> = save.isSuccess
    ? {}
    : { ...check.data?.fields, ...unreadable?.fields, ...refused?.fields };
  const seen = (field: string) => (touched.has(field) || save.isError ? fields[field] : undefined);
  const valueProblems = Object.fromEntries(
    draft.rows.flatMap((row, at) => {
      const problem = fields[`values.${at}`] ?? (at === 0 ? fields.values : undefined);
      const isSeen = save.isError || (touched.has("values") && !isFresh(draft.type, row));
      return problem && isSeen ? [[at, problem]] : [];
    }),
  );
  const warningOf = (...of: (string | false)[]) =>
    check.data?.warnings
      .filter((one) => of.includes(one.field))
      .map((one) => one.message)
      .join(" ") || undefined;
  const place = places.find((one) => one.suffix === draft.suffix);

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(version);
  }
  function takeTheirs(latest: RecordView) {
    const theirs = draftOf(latest);
    setInitial(theirs);
    setDraft(theirs);
    setVersion(latest.version);
    save.reset();
  }
  const edit = (field: string, next: Partial<RecordDraft>) => {
    if (save.isError) save.reset();
    change(field, next);
  };

  return (
    <form ref={form} onSubmit={submit} noValidate className="grid max-w-3xl gap-4">
      <UnsavedGuard isDirty={isDirty && !save.isPending && !save.isSuccess} />
      <Card>
        <CardBody className="grid gap-5">
          {record ? (
            [fields.name, fields.type].map((problem) =>
              problem ? (
                <p key={problem} role="alert" className="text-failed">
                  {problem}
                </p>
              ) : null,
            )
          ) : (
            <>
              <NameField
                places={places}
                suffix={draft.suffix}
                label={draft.label}
                onChange={(next) => edit("name", next)}
                error={seen("name")}
                warning={warningOf("name")}
              />
              <Field label="Type" error={seen("type")} className="sm:max-w-96">
                <Select
                  value={draft.type}
                  onChange={({ target }) =>
                    edit("type", {
                      type: target.value as RecordType,
                      rows: carryRows(draft.type, target.value, draft.rows),
                    })
                  }
                >
                  {RECORD_TYPES.map((type) => (
                    <option key={type} value={type}>
                      {type}: {typeForm(type).meaning}
                    </option>
                  ))}
                </Select>
              </Field>
            </>
          )}
          <ValueRows
            type={draft.type}
            rows={draft.rows}
            onChange={(rows) => edit("values", { rows })}
            problems={valueProblems}
            warnings={Object.fromEntries(
              draft.rows.map((_, at) => [at, warningOf(`values.${at}`, at === 0 && "values")]),
            )}
          />
          <TtlField value={draft.ttl} onChange={(ttl) => edit("ttl", { ttl })} error={seen("ttl")} />
          <Field label="What is it for?" why="For whoever finds it later." error={seen("description")} optional>
            <Input
              value={draft.description}
              maxLength={300}
              onChange={(event) => edit("description", { description: event.target.value })}
            />
          </Field>
        </CardBody>
      </Card>
      {save.error ? (
        <ErrorPanel
          message={save.error.message}
          advice={refused?.advice}
          detail={refused?.detail}
          requestId={refused?.requestId || undefined}
          actions={
            record && refused?.code === CHANGED_MEANWHILE ? (
              <MeanwhileActs recordId={record.id} onTakeTheirs={takeTheirs} onKeepMine={(over) => save.mutate(over)} />
            ) : undefined
          }
        />
      ) : null}
      <div className="flex flex-wrap items-center justify-end gap-x-3 gap-y-2">
        <p className="min-w-0 flex-1 basis-52 text-muted text-sm">
          {record ? (
            "Name servers get the new values within seconds."
          ) : place ? (
            <PlaceNote place={place} lifetimeDays={lifetimeDays} />
          ) : null}
        </p>
        <div className="ml-auto flex gap-2">
          <Button asChild>
            <Link href={record ? `/domains/records/${record.id}` : "/domains"}>Cancel</Link>
          </Button>
          <Button type="submit" variant="primary" pending={save.isPending || save.isSuccess} disabled={!isDirty}>
            {record ? "Save the record" : "Create the record"}
          </Button>
        </div>
      </div>
    </form>
  );
}
