"use client";

import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { STAGING } from "#lib/releases/constants.ts";
import { api } from "../api-client.ts";
import { Combobox } from "../ui/combobox.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";

const SERVICES_SHOWN = 200;

/** The names of services, for choosing one. */
export function useServiceNames() {
  const { data } = useQuery({
    queryKey: ["services", "names"],
    queryFn: ({ signal }) => api("GET /services", { query: { limit: SERVICES_SHOWN }, signal }),
    staleTime: 60_000,
  });
  return (data?.items ?? []).filter(({ state }) => state !== "retired").map(({ name }) => name);
}

interface ChoiceProps {
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
}

export function ServiceField({ value, onChange, error }: ChoiceProps) {
  const names = useServiceNames();
  const ALL = { value: "", label: "Every service" };
  return (
    <Field label="Service" why="One, or all of them." error={error} className="content-start">
      <Combobox
        options={[ALL, ...names.map((name) => ({ value: name, label: name }))]}
        values={[value]}
        onChange={([name = ""]) => onChange(name)}
        empty="No service of that name."
      />
    </Field>
  );
}

/** The two that most services have, and any other by its name; empty is all of them. */
export function EnvironmentField({ value, onChange, error, all }: ChoiceProps & { all: string }) {
  const listId = useId();
  return (
    <Field label="Environment" why={`Empty is ${all}.`} error={error} className="content-start">
      <Input
        value={value}
        onChange={({ target }) => onChange(target.value.toLowerCase())}
        list={listId}
        maxLength={20}
        placeholder={all}
        autoComplete="off"
        spellCheck={false}
      />
      <datalist id={listId}>
        <option value="production" />
        <option value={STAGING} />
      </datalist>
    </Field>
  );
}
