"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { secretName } from "#lib/services/schema/secrets.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { checkKey, useDraft } from "./draft-context.tsx";
import { draftKey } from "./use-autosave.ts";

/** Takes a secret's value once; afterwards only that it is set is known here. */
export function SecretValue({ name }: { name: string }) {
  const { draft, flush } = useDraft();
  const client = useQueryClient();
  const [value, setValue] = useState("");
  const [isReplacing, setReplacing] = useState(false);
  const isNamed = secretName.safeParse(name).success;
  const store = useMutation({
    mutationFn: async () => {
      await flush();
      await api("PUT /drafts/{draftId}/secrets/{secretName}", {
        params: { draftId: draft.id, secretName: name },
        body: { value },
      });
    },
    onSuccess: async () => {
      setValue("");
      setReplacing(false);
      await Promise.all([
        client.invalidateQueries({ queryKey: draftKey(draft.id) }),
        client.invalidateQueries({ queryKey: checkKey(draft.id) }),
      ]);
    },
  });

  if (draft.secretsSet.includes(name) && !isReplacing)
    return (
      <div className="flex items-end gap-2 pb-1">
        <StateBadge state="done" word="Set" />
        <Button size="sm" variant="ghost" onClick={() => setReplacing(true)}>
          Replace<span className="sr-only"> the value of {name}</span>
        </Button>
      </div>
    );

  function storeOnEnter(event: KeyboardEvent) {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (value !== "" && isNamed) store.mutate();
  }

  return (
    <Field
      label={<span className="font-normal text-muted text-xs">Value, kept encrypted and never shown again</span>}
      error={store.error?.message ?? (value !== "" && !isNamed ? "Name the secret first." : undefined)}
      className="gap-0.5"
    >
      <div className="flex gap-2">
        <Input
          type="password"
          autoComplete="new-password"
          value={value}
          onKeyDown={storeOnEnter}
          onChange={(event) => setValue(event.target.value)}
        />
        <Button onClick={() => store.mutate()} pending={store.isPending} disabled={value === "" || !isNamed}>
          Store value
        </Button>
      </div>
    </Field>
  );
}
