"use client";

import { useMutation } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { type FormEvent, useRef, useState } from "react";
import { describeHealthCheck } from "#lib/releases/format.ts";
import { type NewRelease, newReleaseSchema } from "#lib/releases/schema/release.ts";
import type { ReleaseView } from "#lib/releases/types.ts";
import { ApiError, api } from "../api-client.ts";
import { findProblems, problemAt } from "../backups/find-problems.ts";
import { Section } from "../backups/section.tsx";
import { TextField } from "../backups/text-field.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { Field } from "../ui/field.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { UnsavedGuard } from "../ui/unsaved-guard.tsx";
import { HealthFields } from "./health-fields.tsx";
import { MigrationFields } from "./migration-fields.tsx";
import { draftAfter, findMigrationProblems, type ReleaseDraft, releaseOf } from "./release-draft.ts";
import { StackFields } from "./stack-fields.tsx";
import { useRefresh } from "./use-releases.ts";

interface NewReleaseFormProps {
  serviceName: string;
  /** What the form begins with; null: the first. */
  last: ReleaseView | null;
  hasStaging: boolean;
}

const FIELDS = [
  "image",
  "notes",
  "commitId",
  "sourceUrl",
  "branch",
  "migrations",
  "stack.secrets",
  "stack.volumes",
  "stack.healthCheck",
];

/** An image, what it brings, and its migrations: another release of the service. */
export function NewReleaseForm({ serviceName, last, hasStaging }: NewReleaseFormProps) {
  const router = useRouter();
  const refresh = useRefresh();
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(() => draftAfter(last));
  const [isDirty, setIsDirty] = useState(false);
  const [wasTried, setWasTried] = useState(false);
  const input = releaseOf(draft);
  const found = { ...findProblems(newReleaseSchema, input), ...findMigrationProblems(input.migrations) };

  const focusFirst = () =>
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  const make = useMutation({
    mutationFn: (body: NewRelease) => api("POST /services/{serviceName}/releases", { params: { serviceName }, body }),
    onSuccess: ({ number }) => {
      setIsDirty(false);
      void refresh();
      router.push(`/services/${serviceName}/releases/${number}`);
    },
    onError: focusFirst,
  });
  const refused = make.error instanceof ApiError ? make.error : undefined;
  const fields: Record<string, string> = { ...(wasTried ? found : {}), ...refused?.fields };
  const isOfNoField =
    refused && !FIELDS.some((key) => Object.keys(refused.fields).some((path) => path.startsWith(key)));

  function change(next: Partial<ReleaseDraft>) {
    setDraft((before) => ({ ...before, ...next }));
    setIsDirty(true);
    if (make.isError) make.reset();
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    setWasTried(true);
    if (Object.keys(found).length > 0) focusFirst();
    else make.mutate(input);
  }

  return (
    <form ref={form} onSubmit={submit} noValidate className="grid max-w-3xl grid-cols-1 gap-4">
      <UnsavedGuard isDirty={isDirty && !make.isSuccess} />
      <Section
        title="What it is"
        note={
          hasStaging
            ? "Its tag becomes a digest at once; then it goes to staging by itself."
            : "Its tag becomes a digest at once. Without staging it waits until somebody proposes it for production."
        }
      >
        <TextField
          label="Image"
          why={last ? `Release ${last.number} was ${last.image}.` : "With its tag, as a registry knows it."}
          value={draft.image}
          onChange={(image) => change({ image })}
          mono
          placeholder="ghcr.io/you/app:1.4.0"
          error={problemAt(fields, "image")}
        />
        <Field
          label="Notes"
          why="What it brings, for whoever approves it. The first line stands in lists."
          error={problemAt(fields, "notes")}
          optional
        >
          <Textarea rows={4} value={draft.notes} onChange={({ target }) => change({ notes: target.value })} />
        </Field>
      </Section>
      <Section title="Migrations" note="SQL that runs before the tasks are replaced, after a proven backup.">
        <MigrationFields rows={draft.migrations} onChange={(migrations) => change({ migrations })} fields={fields} />
      </Section>
      <Section title="What the app is given">
        <StackFields draft={draft} onChange={change} fields={fields} />
      </Section>
      <Section title="Health check" note={`Now: ${describeHealthCheck(last?.template.healthCheck)}.`}>
        <HealthFields draft={draft} onChange={change} fields={fields} />
      </Section>
      <Section title="Where it comes from" note="Left empty, it is read from the image’s labels.">
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            label="Commit"
            value={draft.commitId}
            onChange={(commitId) => change({ commitId })}
            mono
            optional
            placeholder="9f3c1ab…"
            error={problemAt(fields, "commitId")}
          />
          <TextField
            label="Branch"
            value={draft.branch}
            onChange={(branch) => change({ branch })}
            mono
            optional
            error={problemAt(fields, "branch")}
          />
        </div>
        <TextField
          label="Source"
          why="The repository, so that commits between two releases can be looked at."
          value={draft.sourceUrl}
          onChange={(sourceUrl) => change({ sourceUrl })}
          mono
          optional
          type="url"
          placeholder="https://github.com/you/app"
          error={problemAt(fields, "sourceUrl")}
        />
      </Section>
      {refused && isOfNoField ? (
        <ErrorPanel
          message={refused.message}
          advice={refused.advice}
          detail={refused.detail}
          requestId={refused.requestId || undefined}
        />
      ) : null}
      <div className="flex flex-wrap justify-end gap-2">
        <Button asChild>
          <Link href={`/services/${serviceName}/releases`}>Cancel</Link>
        </Button>
        <Button type="submit" variant="primary" pending={make.isPending || make.isSuccess}>
          Make release {(last?.number ?? 0) + 1}
        </Button>
      </div>
    </form>
  );
}
