"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { Card, CardBody } from "../ui/card.tsx";
import { Combobox } from "../ui/combobox.tsx";
import { Field } from "../ui/field.tsx";
import { useSettled } from "../ui/use-settled.ts";

interface OwnerChoiceProps {
  /** Every service, and the panel itself. */
  mayAll: boolean;
  /** What stands for the panel in the address. */
  panel: string;
  /** Whose it was to be: there is no such service, or none any more. */
  gone?: string | undefined;
}

const SERVICES_SHOWN = 200;

/** Whose data the new policy is of. */
export function OwnerChoice({ mayAll, panel, gone }: OwnerChoiceProps) {
  const [chosen, setChosen] = useState<string>();
  const [search, setSearch] = useState("");
  const q = useSettled(search.trim());
  const { data, error } = useQuery({
    queryKey: ["services", "for-policy", mayAll, q],
    queryFn: ({ signal }) =>
      api("GET /services", {
        query: { ...(mayAll ? {} : { owner: "me" }), ...(q ? { q } : {}), limit: SERVICES_SHOWN },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
  const names = (data?.items ?? []).filter((one) => one.state !== "retired").map((one) => one.name);
  // What was chosen stays to be seen whatever was searched for since.
  if (chosen && chosen !== panel && !names.includes(chosen)) names.unshift(chosen);
  const panelOption = { value: panel, label: "Seaworthy itself", hint: "its database and keys" };
  const isPanelFound = chosen === panel || panelOption.label.toLowerCase().includes(search.trim().toLowerCase());
  const options = [
    ...(mayAll && isPanelFound ? [panelOption] : []),
    ...names.map((name) => ({ value: name, label: name })),
  ];
  const isEmpty = data !== undefined && q === "" && search === "" && options.length === 0;
  return (
    <Card className="max-w-3xl">
      <CardBody className="grid gap-4">
        {gone ? (
          <Callout tone="warning" title={`${gone} cannot be backed up`}>
            There is no service of that name, or it is retired. Choose another.
          </Callout>
        ) : null}
        <Field
          label="Of which service?"
          why={mayAll ? "Or the panel itself." : "One of your own."}
          error={error?.message ?? (isEmpty ? "You own no service yet." : undefined)}
          className="sm:max-w-96"
        >
          <Combobox
            options={options}
            values={chosen ? [chosen] : []}
            onChange={([value]) => setChosen(value)}
            onSearch={setSearch}
          />
        </Field>
        <div>
          {chosen ? (
            <Button asChild variant="primary">
              <Link href={`/backups/policies/new?service=${encodeURIComponent(chosen)}`}>Go on</Link>
            </Button>
          ) : (
            <Button variant="primary" disabled>
              Go on
            </Button>
          )}
        </div>
      </CardBody>
    </Card>
  );
}
