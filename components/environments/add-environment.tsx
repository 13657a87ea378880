"use client";

import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { STAGING } from "#lib/releases/constants.ts";
import { newEnvironmentSchema } from "#lib/releases/schema/environment.ts";
import { api } from "../api-client.ts";
import { readWhole } from "../backups/find-problems.ts";
import { TextField } from "../backups/text-field.tsx";
import { Button } from "../ui/button.tsx";
import { Card, CardBody } from "../ui/card.tsx";
import { RefusalPanel } from "../ui/refusal-panel.tsx";
import { UnsavedGuard } from "../ui/unsaved-guard.tsx";
import { PlannedRunCard } from "./planned-run-card.tsx";
import { usePlannedRun } from "./use-planned-run.ts";

/** Another place for the service to run, with what adding it would do at the side. */
export function AddEnvironment({ serviceName, hasStaging }: { serviceName: string; hasStaging: boolean }) {
  const client = useQueryClient();
  const [name, setName] = useState(hasStaging ? "" : STAGING);
  const [replicas, setReplicas] = useState("");
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const wanted = { name: name.trim(), replicas: replicas.trim() === "" ? null : readWhole(replicas) };
  const params = { serviceName };
  const add = usePlannedRun({
    queryKey: ["environments", "plan", serviceName],
    schema: newEnvironmentSchema,
    wanted,
    plan: (body, signal) => api("POST /services/{serviceName}/environments/plan", { params, body, signal }),
    start: ({ planHash, secretsToGive }) =>
      api("POST /services/{serviceName}/environments", {
        params,
        body: {
          ...wanted,
          planHash,
          secrets: Object.fromEntries(secretsToGive.map((secret) => [secret, secrets[secret] ?? ""])),
        },
      }),
    onStart: () => void client.invalidateQueries({ queryKey: ["environments"] }),
  });
  const { plan, refused, unplanned, isPlannable, isCurrent, wasTried } = add;
  const toGive = plan?.secretsToGive ?? [];
  const missing = toGive.filter((secret) => !secrets[secret]);
  const shown = { ...(wasTried || name !== "" ? add.found : {}), ...unplanned?.fields, ...refused?.fields };

  return (
    <form
      ref={add.form}
      onSubmit={(event) => add.submit(event, missing.length)}
      noValidate
      className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_26rem]"
    >
      <UnsavedGuard isDirty={Object.values(secrets).some(Boolean) && !add.isStarting} />
      <div className="grid grid-cols-1 gap-4">
        <Card>
          <CardBody className="grid grid-cols-1 gap-5">
            <TextField
              label="Name"
              why={
                name.trim() === STAGING
                  ? "Releases are deployed to staging by themselves."
                  : "Part of its stack’s and its host name: small letters and digits."
              }
              mono
              value={name}
              onChange={setName}
              error={shown.name}
            />
            <TextField
              label="Replicas"
              why="Everything else begins as it is in production and can be changed afterwards."
              optional
              value={replicas}
              onChange={setReplicas}
              inputMode="numeric"
              placeholder="as production"
              error={shown.replicas}
            />
            {toGive.map((secret) => (
              <TextField
                key={secret}
                label={<code>{secret}</code>}
                why="Its value here. It is kept encrypted and never shown again."
                type="password"
                autoComplete="new-password"
                value={secrets[secret] ?? ""}
                onChange={(value) => setSecrets((known) => ({ ...known, [secret]: value }))}
                error={
                  shown[`secrets.${secret}`] ??
                  (wasTried && !secrets[secret] ? "Give its value for this environment." : undefined)
                }
              />
            ))}
          </CardBody>
        </Card>
        <RefusalPanel refused={refused} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button asChild>
            <Link href={`/services/${serviceName}/environments`}>Cancel</Link>
          </Button>
          <Button type="submit" variant="primary" pending={add.isStarting} disabled={!plan || Boolean(unplanned)}>
            Add {wanted.name || "the environment"}
          </Button>
        </div>
      </div>
      <PlannedRunCard
        {...{ plan, isPlannable, isCurrent, unplanned }}
        rows={6}
        lacks="It is shown here once the name is right."
      />
    </form>
  );
}
