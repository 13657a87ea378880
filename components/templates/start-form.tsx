"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { ApiError, api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Combobox } from "../ui/combobox.tsx";
import { Field, FieldGroup } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Radio, RadioGroup } from "../ui/radio-group.tsx";
import { Select } from "../ui/select.tsx";

interface Startable {
  key: string;
  title: string;
  purpose: string;
}

interface StartFormProps {
  checklists: Startable[];
  services: { name: string; purpose: string }[];
  chosen: string;
  service: string | null;
}

const RESTORE_TEST = "restore-test";
/** Their run has no other name than what they are about. */
const NAMED: Readonly<Record<string, string>> = {
  "new-project": "Name of the project",
  "new-host": "Name of the host",
};

/** Starts a checklist that nothing else starts. */
export function StartForm({ checklists, services, chosen, service: given }: StartFormProps) {
  const router = useRouter();
  const [key, setKey] = useState(chosen);
  const [service, setService] = useState(given);
  const [subject, setSubject] = useState("");
  const [environment, setEnvironment] = useState("production");
  const [wasTried, setWasTried] = useState(false);
  const start = useMutation({
    mutationFn: () => api("POST /checklist-runs", { body: { key, subject: subject.trim(), service, environment } }),
    onSuccess: ({ runId }) => router.push(`/runs/${runId}`),
  });
  const refused = start.error instanceof ApiError ? start.error : undefined;
  const needsService = key === RESTORE_TEST;
  const missing: Record<string, string> = {
    ...(needsService && service === null ? { service: "Choose whose backups are restored." } : {}),
    ...(NAMED[key] && subject.trim() === "" && service === null ? { subject: "Give its name." } : {}),
  };
  const problems = { ...(wasTried ? missing : {}), ...refused?.fields };
  const title = checklists.find((one) => one.key === key)?.title ?? "";
  function submit(event: FormEvent) {
    event.preventDefault();
    setWasTried(true);
    if (Object.keys(missing).length === 0) start.mutate();
  }
  return (
    <form onSubmit={submit} noValidate className="grid max-w-xl gap-5">
      <FieldGroup label="Which checklist">
        <RadioGroup value={key} onValueChange={setKey}>
          {checklists.map((one) => (
            <Radio key={one.key} value={one.key} label={one.title} hint={one.purpose} />
          ))}
        </RadioGroup>
      </FieldGroup>
      <Field label="For which service" optional={!needsService} error={problems.service}>
        <Combobox
          options={services.map(({ name, purpose }) => ({ value: name, label: name, hint: purpose }))}
          values={service === null ? [] : [service]}
          onChange={([name]) => setService(name ?? null)}
          placeholder={needsService ? "Choose a service" : "None"}
        />
      </Field>
      {needsService ? (
        <Field label="Environment">
          <Select value={environment} onChange={(event) => setEnvironment(event.target.value)}>
            <option value="production">production</option>
            <option value="staging">staging</option>
          </Select>
        </Field>
      ) : (
        <Field
          label={NAMED[key] ?? "What it is about"}
          why="Stands in the run’s title."
          optional={!NAMED[key] || service !== null}
          error={problems.subject}
        >
          <Input value={subject} maxLength={100} onChange={(event) => setSubject(event.target.value)} />
        </Field>
      )}
      {start.error && Object.keys(refused?.fields ?? {}).length === 0 ? (
        <p role="alert" className="text-failed">
          {start.error.message} {refused?.advice}
        </p>
      ) : null}
      <Button type="submit" variant="primary" pending={start.isPending} className="justify-self-start">
        Start {title.charAt(0).toLowerCase() + title.slice(1)}
      </Button>
    </form>
  );
}
