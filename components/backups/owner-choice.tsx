"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody } from "../ui/card.tsx";
import { Combobox } from "../ui/combobox.tsx";
import { Field } from "../ui/field.tsx";

interface OwnerChoiceProps {
  /** Every service, and the panel itself. */
  mayAll: boolean;
  /** What stands for the panel in the address. */
  panel: string;
}

const SERVICES_SHOWN = 200;

/** Whose data the new policy is of. */
export function OwnerChoice({ mayAll, panel }: OwnerChoiceProps) {
  const [chosen, setChosen] = useState<string>();
  const { data, error } = useQuery({
    queryKey: ["services", "for-policy", mayAll],
    queryFn: ({ signal }) =>
      api("GET /services", { query: { ...(mayAll ? {} : { owner: "me" }), limit: SERVICES_SHOWN }, signal }),
  });
  const services = (data?.items ?? []).filter((one) => one.state !== "retired");
  const options = [
    ...(mayAll ? [{ value: panel, label: "Seaworthy itself", hint: "its database and keys" }] : []),
    ...services.map((one) => ({ value: one.name, label: one.name })),
  ];
  const isEmpty = data !== undefined && options.length === 0;
  return (
    <Card className="max-w-3xl">
      <CardBody className="grid gap-4">
        <Field
          label="Of which service?"
          why={mayAll ? "Or the panel itself." : "One of your own."}
          error={error?.message ?? (isEmpty ? "You own no service yet." : undefined)}
          className="sm:max-w-96"
        >
          <Combobox options={options} values={chosen ? [chosen] : []} onChange={([value]) => setChosen(value)} />
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
