"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { toast } from "sonner";
import { DEPENDENCY_KINDS, type DependencyKind, KIND_LABELS } from "#lib/impact/constants.ts";
import type { ImpactView } from "#lib/impact/types.ts";
import { ApiError, api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { Combobox } from "../ui/combobox.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { UnsavedGuard } from "../ui/unsaved-guard.tsx";

interface Row {
  id: number;
  service: string;
  kind: DependencyKind;
  reason: string;
}

const toRows = ({ edges, nodes, service }: ImpactView): Row[] => {
  const names = new Map(nodes.map((node) => [node.id, node.name]));
  return edges
    .filter((edge) => edge.source === "declared" && edge.fromId === service.id)
    .map(({ toId, kind, reason }, id) => ({ id, service: names.get(toId) ?? "", kind, reason }));
};

/** What it needs, as somebody wrote it down: a line each, saved as a whole. */
export function EditDependencies({ view, onDone }: { view: ImpactView; onDone(): void }) {
  const client = useQueryClient();
  const { name } = view.service;
  const [rows, setRows] = useState(() => toRows(view));
  const [next, setNext] = useState(rows.length);
  const isDirty = JSON.stringify(rows) !== JSON.stringify(toRows(view));
  const save = useMutation({
    mutationFn: () =>
      api("PUT /services/{serviceName}/dependencies", {
        params: { serviceName: name },
        body: { version: view.version, dependsOn: rows.map(({ id: _, ...row }) => row) },
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["services", "dependencies", name] });
      toast.success("Saved what it needs");
      onDone();
    },
  });
  const lines = useRef<HTMLDivElement>(null);
  /** The first line when the form comes, a new line when one is added. */
  const focusNext = useRef<"first" | "last">("first");
  // biome-ignore lint/correctness/useExhaustiveDependencies: it came, or a line was added
  useEffect(() => {
    const all = [...(lines.current?.querySelectorAll<HTMLElement>("[data-line]") ?? [])];
    const line = focusNext.current === "first" ? all[0] : all.at(-1);
    (line ?? lines.current)?.querySelector<HTMLElement>("button")?.focus();
    focusNext.current = "last";
  }, [next]);
  const refused = save.error instanceof ApiError ? save.error : undefined;
  const change = (id: number, changed: Partial<Row>) =>
    setRows((known) => known.map((row) => (row.id === id ? { ...row, ...changed } : row)));
  const options = view.choices.map((value) => ({ value, label: value }));
  const isComplete = rows.every((row) => row.service !== "");

  return (
    <Card>
      <UnsavedGuard isDirty={isDirty && !save.isPending && !save.isSuccess} />
      <CardHeader title={`What ${name} needs`} note="What the panel sees by itself need not be written down." />
      <CardBody ref={lines} className="grid grid-cols-1 gap-4">
        {rows.map((row, index) => (
          <div
            key={row.id}
            data-line
            className="grid grid-cols-1 items-start gap-2 sm:grid-cols-[1fr_10rem_1.5fr_auto]"
          >
            <Field label="Service" error={refused?.fields[`dependsOn.${index}.service`]}>
              <Combobox
                options={options}
                values={row.service ? [row.service] : []}
                onChange={([service = ""]) => change(row.id, { service })}
                placeholder="Choose a service"
                empty="No service of that name."
              />
            </Field>
            <Field label="Through its">
              <Select
                value={row.kind}
                onChange={(event) => change(row.id, { kind: event.target.value as DependencyKind })}
              >
                {DEPENDENCY_KINDS.map((kind) => (
                  <option key={kind} value={kind}>
                    {KIND_LABELS[kind]}
                  </option>
                ))}
              </Select>
            </Field>
            <Field label="What for">
              <Input
                value={row.reason}
                maxLength={300}
                onChange={(event) => change(row.id, { reason: event.target.value })}
              />
            </Field>
            <Button
              size="icon"
              variant="ghost"
              className="sm:mt-6"
              aria-label={`Take out ${row.service || "this line"}`}
              onClick={() => setRows((known) => known.filter((one) => one.id !== row.id))}
            >
              <Trash2 aria-hidden />
            </Button>
          </div>
        ))}
        <Button
          className="justify-self-start"
          onClick={() => {
            setRows((known) => [...known, { id: next, service: "", kind: "service", reason: "" }]);
            setNext(next + 1);
          }}
        >
          <Plus aria-hidden /> Add a service
        </Button>
        {refused && Object.keys(refused.fields).length === 0 ? (
          <ErrorPanel message={refused.message} advice={refused.advice} />
        ) : null}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onDone}>Cancel</Button>
          <Button variant="primary" pending={save.isPending} disabled={!isComplete} onClick={() => save.mutate()}>
            Save
          </Button>
        </div>
      </CardBody>
    </Card>
  );
}
