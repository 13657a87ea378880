"use client";

import { useQueryClient } from "@tanstack/react-query";
import { secretFullName } from "#lib/services/naming.ts";
import { api } from "../api-client.ts";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { checkKey, useDraft } from "./draft-context.tsx";
import { PathField } from "./path-field.tsx";
import type { ListProps } from "./question-props.ts";
import { Rows } from "./rows.tsx";
import { SecretValue } from "./secret-value.tsx";
import { draftKey } from "./use-autosave.ts";

interface Secret {
  name: string;
  purpose: string;
  source: string;
}

/** Names and purposes are answers; a value goes to the panel by itself and never comes back. */
export function SecretRows({ field, value, onChange, question }: ListProps<Secret>) {
  const { draft, answers } = useDraft();
  const client = useQueryClient();
  const serviceName = String(answers.identity.name || "<name>");

  async function forget(secret: Secret) {
    if (!draft.secretsSet.includes(secret.name)) return;
    const params = { draftId: draft.id, secretName: secret.name };
    await api("DELETE /drafts/{draftId}/secrets/{secretName}", { params }).catch(() => undefined);
    await Promise.all([
      client.invalidateQueries({ queryKey: draftKey(draft.id) }),
      client.invalidateQueries({ queryKey: checkKey(draft.id) }),
    ]);
  }

  return (
    <Rows
      path={field}
      rows={value}
      onChange={onChange}
      onRemove={forget}
      fresh={() => ({ name: "", purpose: "", source: "generate" })}
      noun="secret"
      max={50}
    >
      {(row, path, change) => (
        <div className="grid gap-2 sm:grid-cols-2">
          <PathField small path={`${path}.name`} label="Secret">
            <Input
              className="font-mono text-sm"
              value={row.name}
              placeholder={question.hint}
              autoComplete="off"
              onChange={(event) => change({ name: event.target.value })}
            />
          </PathField>
          <PathField small path={`${path}.purpose`} label="What for" optional>
            <Input value={row.purpose} onChange={(event) => change({ purpose: event.target.value })} />
          </PathField>
          <PathField small path={`${path}.source`} label="Where its value comes from">
            <Select value={row.source} onChange={(event) => change({ source: event.target.value })}>
              {Object.entries(question.choices ?? {}).map(([source, words]) => (
                <option key={source} value={source}>
                  {words}
                </option>
              ))}
            </Select>
          </PathField>
          {row.source === "stored" ? <SecretValue key={row.name} name={row.name} /> : null}
          <p className="break-all font-mono text-muted text-xs sm:col-span-2">
            {secretFullName(serviceName, row.name || "<secret>")}
          </p>
        </div>
      )}
    </Rows>
  );
}
