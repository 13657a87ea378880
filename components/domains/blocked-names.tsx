"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Ban, Plus, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { BlockedNameInput, BlockedNameList, BlockedNameView } from "#lib/dns/types.ts";
import { ApiError, api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { Select } from "../ui/select.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { tellFailure } from "./tell-failure.ts";

const KEY = ["blocked-names"];

/** Labels nobody but an administrator may use. */
export function BlockedNames({ initialData }: { initialData: BlockedNameList }) {
  const { data } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api("GET /blocked-names", { signal }),
    initialData,
  });
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
      <Card className="overflow-hidden">
        <CardHeader title="Blocked names" note="Part by part of a name; only administrators may use them." />
        {data.items.length === 0 ? (
          <EmptyState icon={Ban} title="No name is blocked">
            Block what people would mistake for something official, or should not read in an address.
          </EmptyState>
        ) : (
          <Table label="Blocked names">
            <TableHead>
              <Th>Part</Th>
              <Th>Blocks</Th>
              <Th>Why</Th>
              <Th>Since</Th>
              <Th aria-label="Acts" />
            </TableHead>
            <TableBody>
              {data.items.map((one) => (
                <BlockedRow key={one.id} one={one} />
              ))}
            </TableBody>
          </Table>
        )}
      </Card>
      <BlockForm />
    </div>
  );
}

function BlockedRow({ one }: { one: BlockedNameView }) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api("DELETE /blocked-names/{blockedNameId}", { params: { blockedNameId: one.id } }),
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
    onError: tellFailure,
  });
  return (
    <TableRow>
      <Td wide>
        <code className="break-all font-medium">{one.pattern}</code>
      </Td>
      <Td label="Blocks" className="whitespace-nowrap text-muted">
        {one.match === "exact" ? "exactly this" : "wherever it is in a part"}
      </Td>
      <Td label="Why" className="max-w-80 break-words">
        {one.reason}
      </Td>
      <Td label="Since" className="whitespace-nowrap text-muted">
        <RelativeTime at={one.createdAt} />
      </Td>
      <Td className="sm:text-right">
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label={`Unblock ${one.pattern}`}
          pending={remove.isPending}
          onClick={() => remove.mutate()}
        >
          <Trash2 aria-hidden />
        </Button>
      </Td>
    </TableRow>
  );
}

const BLANK: BlockedNameInput = {
  pattern: "",
  match: "exact",
  reason: "",
};

function BlockForm() {
  const client = useQueryClient();
  const [draft, setDraft] = useState(BLANK);
  const block = useMutation({
    mutationFn: () => api("POST /blocked-names", { body: draft }),
    onSuccess: () => {
      setDraft(BLANK);
      return client.invalidateQueries({ queryKey: KEY });
    },
  });
  const fields = block.error instanceof ApiError ? block.error.fields : {};
  const general = block.error && Object.keys(fields).length === 0 ? block.error.message : undefined;
  function submit(event: FormEvent) {
    event.preventDefault();
    block.mutate();
  }
  return (
    <Card>
      <CardHeader title="Block a name" />
      <CardBody>
        <form onSubmit={submit} noValidate className="grid gap-4">
          <Field label="Part of a name" error={fields.pattern ?? general} required>
            <Input
              value={draft.pattern}
              onChange={(event) => setDraft({ ...draft, pattern: event.target.value })}
              placeholder="admissions"
              autoComplete="off"
              spellCheck={false}
              className="font-mono text-sm"
            />
          </Field>
          <Field label="Blocks" error={fields.match}>
            <Select
              value={draft.match}
              onChange={(event) => setDraft({ ...draft, match: event.target.value === "exact" ? "exact" : "contains" })}
            >
              <option value="exact">exactly this part</option>
              <option value="contains">every part that contains it</option>
            </Select>
          </Field>
          <Field label="Why" why="People see this when they try it." error={fields.reason} required>
            <Input value={draft.reason} onChange={(event) => setDraft({ ...draft, reason: event.target.value })} />
          </Field>
          <Button type="submit" variant="primary" pending={block.isPending} className="justify-self-start">
            <Plus aria-hidden /> Block it
          </Button>
        </form>
      </CardBody>
    </Card>
  );
}
