"use client";

import { type FormEvent, useState } from "react";
import { type AfterAction, afterActionSchema } from "#lib/data-changes/schema/input.ts";
import type { DataChangeView } from "#lib/data-changes/types.ts";
import { ApiError, api } from "../api-client.ts";
import { findProblems } from "../backups/find-problems.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { Field, FieldGroup } from "../ui/field.tsx";
import { Radio, RadioGroup } from "../ui/radio-group.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { UnsavedGuard } from "../ui/unsaved-guard.tsx";
import { Passage } from "./report-card.tsx";
import { useDataChangeAct } from "./use-data-change.ts";

/** What was expected and what happened: written before it closes, read for good afterwards. */
export function AfterActionCard({ change }: { change: DataChangeView }) {
  if (change.happened !== null)
    return (
      <Card aria-label="After-action report">
        <CardHeader title="After-action report" />
        <CardBody className="grid gap-4">
          <Passage title="What we expected">{change.expected}</Passage>
          <Passage title="What happened">{change.happened}</Passage>
        </CardBody>
      </Card>
    );
  if (change.state !== "reporting") return null;
  return (
    <Card aria-label="After-action report">
      <CardHeader title="After-action report" note="It closes with this, whatever became of it." />
      <CardBody>
        {change.may.report ? (
          <p className="text-muted">A database administrator writes it. {change.may.report}</p>
        ) : (
          <ReportForm id={change.id} asksOutcome={change.result?.outcome === "unknown"} />
        )}
      </CardBody>
    </Card>
  );
}

function ReportForm({ id, asksOutcome }: { id: string; asksOutcome: boolean }) {
  const [texts, setTexts] = useState<AfterAction>({ expected: "", happened: "" });
  const [wasTried, setWasTried] = useState(false);
  const report = useDataChangeAct(id, (body: AfterAction) =>
    api("POST /data-changes/{dataChangeId}/report", { params: { dataChangeId: id }, body }),
  );
  const refused = report.error instanceof ApiError ? report.error : undefined;
  const problems = { ...(wasTried ? findProblems(afterActionSchema, texts) : {}), ...refused?.fields };

  function submit(event: FormEvent) {
    event.preventDefault();
    setWasTried(true);
    if (afterActionSchema.safeParse(texts).success) report.mutate(texts);
  }

  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <UnsavedGuard isDirty={!report.isSuccess && (texts.expected !== "" || texts.happened !== "")} />
      {asksOutcome ? (
        <FieldGroup
          label="Does the database say that it was carried out?"
          why={`Its row stands in seaworthy.data_change if so: SELECT at FROM seaworthy.data_change WHERE id = '${id}';`}
          error={problems.carriedOut}
        >
          <RadioGroup
            aria-label="Does the database say that it was carried out?"
            value={texts.carriedOut === undefined ? "" : String(texts.carriedOut)}
            onValueChange={(value) => setTexts({ ...texts, carriedOut: value === "true" })}
          >
            <Radio value="true" label="Yes, its row is there" />
            <Radio value="false" label="No: nothing was changed" />
          </RadioGroup>
        </FieldGroup>
      ) : null}
      <Field label="What did we expect to happen?" error={problems.expected}>
        <Textarea value={texts.expected} onChange={({ target }) => setTexts({ ...texts, expected: target.value })} />
      </Field>
      <Field
        label="What actually happened?"
        why="With what you saw when you checked how success is judged."
        error={problems.happened}
      >
        <Textarea value={texts.happened} onChange={({ target }) => setTexts({ ...texts, happened: target.value })} />
      </Field>
      {refused ? <ErrorPanel message={refused.message} advice={refused.advice} /> : null}
      <Button type="submit" variant="primary" pending={report.isPending} className="justify-self-end">
        Write the report and close it
      </Button>
    </form>
  );
}
