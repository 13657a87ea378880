"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { type FormEvent, useRef, useState } from "react";
import { RECORD_TYPES, type RecordType, TTL_DEFAULT } from "#lib/dns/constants.ts";
import type { RecordPlaces, RecordView } from "#lib/dns/types.ts";
import { ApiError, api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody } from "../ui/card.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { UnsavedGuard } from "../ui/unsaved-guard.tsx";
import { joinName, NameField } from "./name-field.tsx";
import { PlaceNote } from "./place-note.tsx";
import { carryRows, freshRow, isFresh, joinParts, splitValue, typeForm } from "./record-parts.ts";
import { TtlField } from "./ttl-field.tsx";
import { useRecordCheck } from "./use-record-check.ts";
import { ValueRows } from "./value-rows.tsx";

interface Draft {
  suffix: string;
  label: string;
  type: RecordType;
  rows: string[][];
  ttl: string;
  description: string;
}

const blank = (suffix: string, type: RecordType): Draft => ({
  suffix,
  label: "",
  type,
  rows: [freshRow(type)],
  ttl: String(TTL_DEFAULT),
  description: "",
});

const draftOf = (record: RecordView): Draft => ({
  suffix: record.name,
  label: "",
  type: record.type as RecordType,
  rows: record.values.map((value) => splitValue(record.type, value)),
  ttl: String(record.ttl),
  description: record.description,
});

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
  const [initial] = useState(() => (record ? draftOf(record) : blank(first?.suffix ?? "", "A")));
  const [draft, setDraft] = useState(initial);
  /** Fields somebody was in; until then nothing is called wrong. */
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const form = useRef<HTMLFormElement>(null);
  const isDirty = JSON.stringify(draft) !== JSON.stringify(initial);
  const change = (field: string, fields: Partial<Draft>) => {
    setDraft((known) => ({ ...known, ...fields }));
    setTouched((known) => new Set(known).add(field));
  };

  const name = joinName(draft.label, draft.suffix);
  const asked = {
    ...(record ? { recordId: record.id } : {}),
    name,
    type: draft.type,
    ttl: Number(draft.ttl || "0"),
    values: draft.rows.map((row) => joinParts(draft.type, row)),
    description: draft.description,
  };
  const check = useRecordCheck(asked, isDirty);

  const save = useMutation({
    mutationFn: () => {
      const { name: _, type, recordId, ...content } = asked;
      return recordId && record
        ? api("PATCH /records/{recordId}", { params: { recordId }, body: { ...content, version: record.version } })
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
  const refused = save.error instanceof ApiError ? save.error : undefined;
  // What the server said when saving stands until something else is typed.
  const fields: Record<string, string> = { ...check.data?.fields, ...refused?.fields };
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
    save.mutate();
  }
  const edit = (field: string, next: Partial<Draft>) => {
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
