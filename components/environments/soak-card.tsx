"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { formatSpan } from "#lib/platform/format.ts";
import { soakSchema } from "#lib/releases/schema/environment.ts";
import { api } from "../api-client.ts";
import { findProblems, readWhole } from "../backups/find-problems.ts";
import { TextField } from "../backups/text-field.tsx";
import { Button } from "../ui/button.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { configKey, type Place } from "./use-config.ts";

interface SoakCardProps {
  place: Place;
  soakS: number;
  mayEdit: boolean;
}

const sayTime = (soakS: number) => (soakS === 0 ? "not at all" : formatSpan(soakS * 1_000));

/** How long a deployment is watched before it counts as done. */
export function SoakCard({ place, soakS, mayEdit }: SoakCardProps) {
  const client = useQueryClient();
  const [typed, setTyped] = useState<string>();
  const text = typed ?? String(soakS);
  const body = { soakS: readWhole(text) };
  const problem = typed === undefined ? undefined : findProblems(soakSchema, body).soakS;
  const save = useMutation({
    mutationFn: () =>
      api("PUT /services/{serviceName}/environments/{environment}/soak", { params: { ...place }, body }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: configKey(place) });
      setTyped(undefined);
      toast.success(`From now on a deployment is watched ${sayTime(body.soakS)}.`);
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    if (problem === undefined) save.mutate();
  }
  return (
    <Card>
      <CardHeader
        title="Soak time"
        note="All tasks have to run and the probe to answer this long before a deployment is done. When they do not, what served before is put back."
      />
      <CardBody>
        {mayEdit ? (
          <form onSubmit={submit} noValidate className="flex flex-wrap items-end gap-3">
            <TextField
              label="Watched for"
              value={text}
              onChange={setTyped}
              inputMode="numeric"
              unit={Number.isNaN(body.soakS) || body.soakS < 60 ? "seconds" : `seconds, ${sayTime(body.soakS)}`}
              error={problem ?? save.error?.message}
            />
            <Button type="submit" pending={save.isPending} disabled={typed === undefined || text === String(soakS)}>
              Save the soak time
            </Button>
          </form>
        ) : (
          <p>{sayTime(soakS)}</p>
        )}
      </CardBody>
    </Card>
  );
}
