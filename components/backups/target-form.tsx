"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { type FormEvent, useRef, useState } from "react";
import { OWN_DISK_TARGET, type TargetKind } from "#lib/backups/constants.ts";
import { targetInputSchema } from "#lib/backups/schema/target.ts";
import type { TargetView } from "#lib/backups/types.ts";
import { ApiError, api } from "../api-client.ts";
import { tellFailure } from "../domains/tell-failure.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody } from "../ui/card.tsx";
import { FieldGroup } from "../ui/field.tsx";
import { Radio, RadioGroup } from "../ui/radio-group.tsx";
import { RefusalPanel } from "../ui/refusal-panel.tsx";
import { UnsavedGuard } from "../ui/unsaved-guard.tsx";
import { findProblems } from "./find-problems.ts";
import { blankTarget, type TargetDraft, targetDraftOf, targetOf } from "./target-draft.ts";
import { DiskFields, S3Fields, SshFields } from "./target-fields.tsx";
import { TextField } from "./text-field.tsx";
import { CHANGED_MEANWHILE } from "./use-policy-form.ts";

const FIELDS = { disk: DiskFields, s3: S3Fields, ssh: SshFields };
const NEEDED: Record<TargetKind, string> = {
  disk: "",
  s3: "Give the secret access key.",
  ssh: "Paste the private key.",
};

/** A place for backups: a new one, or one that is edited, whose kind stays. */
export function TargetForm({ target }: { target?: TargetView }) {
  const router = useRouter();
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [version, setVersion] = useState(target?.version ?? 0);
  const [initial] = useState(() => (target ? targetDraftOf(target) : blankTarget()));
  const [draft, setDraft] = useState(initial);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [wasTried, setWasTried] = useState(false);
  const isDirty = JSON.stringify(draft) !== JSON.stringify(initial);
  const asked = targetOf(draft);

  const focusFirst = () =>
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  const save = useMutation({
    mutationFn: (over: number): Promise<TargetView> =>
      target
        ? api("PUT /backup-targets/{targetId}", {
            params: { targetId: target.id },
            body: { ...asked, version: over },
          })
        : api("POST /backup-targets", { body: asked }),
    onSuccess: (saved) => {
      void client.invalidateQueries({ queryKey: ["backup-targets"] });
      router.push(`/backups/targets/${saved.id}`);
    },
    onError: focusFirst,
  });
  const read = useMutation({
    mutationFn: () => api("GET /backup-targets/{targetId}", { params: { targetId: target?.id ?? "" } }),
    onError: tellFailure,
  });
  const refused = save.error instanceof ApiError ? save.error : undefined;
  const found = findProblems(targetInputSchema, asked);
  if (!target && !asked.secret && NEEDED[draft.kind]) found.secret = NEEDED[draft.kind];
  if (!target && asked.config.kind === "disk" && asked.config.folder === null)
    found["config.folder"] = "Give a folder.";
  const fields: Record<string, string> = { ...found, ...refused?.fields };
  const problem = (path: string) => (wasTried || touched.has(path.replace(/^config\./, "")) ? fields[path] : undefined);

  function change(next: Partial<TargetDraft>) {
    setDraft((known) => ({ ...known, ...next }));
    setTouched((known) => new Set([...known, ...Object.keys(next)]));
    if (save.isError) save.reset();
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    setWasTried(true);
    if (Object.keys(found).length > 0) focusFirst();
    else save.mutate(version);
  }
  function takeTheirs(latest: TargetView) {
    setDraft(targetDraftOf(latest));
    setVersion(latest.version);
    save.reset();
  }

  const Fields = FIELDS[draft.kind];
  return (
    <form ref={form} onSubmit={submit} noValidate className="grid max-w-3xl grid-cols-1 gap-4">
      <UnsavedGuard isDirty={isDirty && !save.isPending && !save.isSuccess} />
      <Card>
        <CardBody className="grid grid-cols-1 gap-5">
          {target ? null : (
            <FieldGroup label="What kind?">
              <RadioGroup
                aria-label="What kind?"
                value={draft.kind}
                onValueChange={(kind) => change({ kind: kind as TargetKind })}
              >
                <Radio value="s3" label="S3" hint="Amazon’s, or a server that speaks it" />
                <Radio value="ssh" label="SSH" hint="Any server with SFTP" />
                <Radio value="disk" label="Disk" hint="A folder of the worker’s node" />
              </RadioGroup>
            </FieldGroup>
          )}
          <TextField
            label="Name"
            why="As people call it."
            value={draft.name}
            onChange={(name) => change({ name })}
            maxLength={60}
            error={problem("name")}
          />
          <Fields
            draft={draft}
            change={change}
            problem={problem}
            hasSecret={target?.hasSecret ?? false}
            isOwnDisk={target?.id === OWN_DISK_TARGET}
          />
        </CardBody>
      </Card>
      <RefusalPanel
        refused={refused}
        fields={wasTried ? fields : {}}
        actions={
          refused?.code === CHANGED_MEANWHILE ? (
            <>
              <Button pending={read.isPending} onClick={() => read.mutate(undefined, { onSuccess: takeTheirs })}>
                Show theirs
              </Button>
              <Button
                disabled={read.isPending}
                onClick={() => read.mutate(undefined, { onSuccess: (latest) => save.mutate(latest.version) })}
              >
                Save mine over it
              </Button>
            </>
          ) : undefined
        }
      />
      <div className="flex flex-wrap items-center justify-end gap-x-3 gap-y-2">
        <p className="min-w-0 flex-1 basis-52 text-muted text-sm">
          {target
            ? "What is stored there already is looked for at the new place: move it too when you change where it is."
            : "It is checked at once: something is written, read back and taken away."}
        </p>
        <div className="ml-auto flex gap-2">
          <Button asChild>
            <Link href={target ? `/backups/targets/${target.id}` : "/backups/targets"}>Cancel</Link>
          </Button>
          <Button
            type="submit"
            variant="primary"
            pending={save.isPending || save.isSuccess}
            disabled={Boolean(target) && !isDirty}
          >
            {target ? "Save the target" : "Create the target"}
          </Button>
        </div>
      </div>
    </form>
  );
}
