"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { type FormEvent, useRef, useState } from "react";
import { isSqlKind, type RestoreMode } from "#lib/backups/constants.ts";
import { type Destination, type RestoreInput, restoreInputSchema } from "#lib/backups/schema/restore.ts";
import type { BackupPoint } from "#lib/backups/types.ts";
import { ApiError, api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { Field, FieldGroup } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Radio, RadioGroup } from "../ui/radio-group.tsx";
import { RefusalPanel } from "../ui/refusal-panel.tsx";
import { Select } from "../ui/select.tsx";
import { findProblems } from "./find-problems.ts";
import { HowMuch } from "./how-much.tsx";
import { PlanCard } from "./plan-card.tsx";
import { blankRestore, databasesOf, judgeRestore, type RestoreDraft, restoreOf } from "./restore-draft.ts";
import { aboutTime, nameData, nameRestore, planRestore } from "./restore-plan.ts";
import { Section } from "./section.tsx";
import { TextField } from "./text-field.tsx";

interface RestoreFormProps {
  point: BackupPoint;
  /** One at least. */
  destinations: Destination[];
}

const nameDestination = (one: Destination) =>
  `${one.service} · ${one.environment} (${nameData(one)})${one.own ? ", where it comes from" : ""}`;

/** What is said of masking beside its box. */
function wordMasking({ mustMask }: Destination, whyNoMask: string | null): string {
  const must = mustMask ? "Production data leaves production only masked." : "";
  return `${must} ${whyNoMask ?? ""}`.trim() || "Not needed where it comes from.";
}

/** Brings a backup back: where to, how, how much of it; at the side what that will do. */
export function RestoreForm({ point, destinations }: RestoreFormProps) {
  const router = useRouter();
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(blankRestore);
  const [wasTried, setWasTried] = useState(false);
  const to = destinations[draft.to] ?? (destinations[0] as Destination);
  const rules = judgeRestore(point, to, draft);
  const input = restoreOf(point, to, draft);

  const focusFirst = () =>
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  const start = useMutation({
    mutationFn: (body: RestoreInput) =>
      api("POST /backups/{backupId}/restores", { params: { backupId: point.id }, body }),
    onSuccess: ({ runId }) => {
      void client.invalidateQueries({ queryKey: ["backups"] });
      router.push(`/runs/${runId}`);
    },
    onError: focusFirst,
  });
  const refused = start.error instanceof ApiError ? start.error : undefined;
  const found = findProblems(restoreInputSchema, input);
  if (databasesOf(point).length > 1 && !input.database) found.database = "Choose the one that comes back.";
  if (draft.isPart && input.only.length === 0) found.only = "Choose what shall come back, or take all of it.";
  const fields: Record<string, string> = { ...(wasTried ? found : {}), ...refused?.fields };
  const cannotLeave = to.mustMask && rules.whyNoMask !== null;
  const isBlocked = cannotLeave || (rules.nameToType !== null && input.confirm !== rules.nameToType);

  function change(next: Partial<RestoreDraft>) {
    setDraft((before) => ({ ...before, ...next }));
    if (start.isError) start.reset();
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    setWasTried(true);
    if (Object.keys(found).length > 0) focusFirst();
    else start.mutate(input);
  }

  return (
    <form
      ref={form}
      onSubmit={submit}
      noValidate
      className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_24rem]"
    >
      <div className="grid grid-cols-1 gap-4">
        <Section title="Where to" note="Places with data of this kind that you may fill.">
          <Field label="Into" error={fields.serviceName ?? fields.environment ?? fields.policyId}>
            <Select
              value={draft.to}
              onChange={({ target }) => change({ to: Number(target.value), confirm: "", mode: "beside" })}
            >
              {destinations.map((one, index) => (
                <option key={one.policyId} value={index}>
                  {nameDestination(one)}
                </option>
              ))}
            </Select>
          </Field>
          <FieldGroup label="How" error={fields.mode}>
            <RadioGroup
              aria-label="How"
              value={input.mode}
              onValueChange={(mode) => change({ mode: mode as RestoreMode, confirm: "" })}
            >
              <Radio
                value="beside"
                label="Beside the living data"
                hint="A new one next to it. Nothing that lives is touched."
              />
              <Radio
                value="swap"
                disabled={rules.whyNoSwap !== null}
                label="In its place"
                hint={
                  rules.whyNoSwap ??
                  "The app stops meanwhile. What lives now is backed up first and kept under another name."
                }
              />
            </RadioGroup>
          </FieldGroup>
        </Section>
        <HowMuch point={point} draft={draft} fields={fields} onChange={change} />
        {rules.asksMask || point.encrypted ? (
          <Section title="Who can read it">
            {rules.asksMask ? (
              <FieldGroup label="Masking" error={fields.mask}>
                <Checkbox
                  checked={input.mask}
                  disabled={to.mustMask || rules.whyNoMask !== null}
                  onCheckedChange={(checked) => change({ mask: checked === true })}
                  label="Run the policy’s masking before the rows get there"
                  hint={wordMasking(to, rules.whyNoMask)}
                />
                {cannotLeave && isSqlKind(point.engine) && point.policyId !== null ? (
                  <Button asChild size="sm" className="mt-2 ml-6">
                    <Link href={`/backups/policies/${point.policyId}`}>Open the policy “{point.policy}”</Link>
                  </Button>
                ) : null}
              </FieldGroup>
            ) : null}
            {point.encrypted ? (
              <Field
                label="age identity"
                why="The private key, for this restore only. Empty: the panel’s own, where it has one."
                error={fields.identity}
                optional
              >
                <Input
                  type="password"
                  autoComplete="off"
                  value={draft.identity}
                  onChange={({ target }) => change({ identity: target.value })}
                  placeholder="AGE-SECRET-KEY-1…"
                  className="font-mono text-sm"
                />
              </Field>
            ) : null}
          </Section>
        ) : null}
        {rules.nameToType === null ? null : (
          <Section title={input.mode === "swap" ? "This replaces living data" : "This goes into production"}>
            <TextField
              label={
                <>
                  Type <code className="select-all break-all rounded-sm bg-sunken px-1">{rules.nameToType}</code> to go
                  on
                </>
              }
              value={draft.confirm}
              onChange={(confirm) => change({ confirm })}
              mono
              fieldClassName="sm:max-w-80"
              error={fields.confirm}
            />
          </Section>
        )}
      </div>
      <div className="lg:col-start-2 lg:row-span-2 lg:row-start-1 lg:h-full">
        <PlanCard lines={planRestore(point, to, input)} time={aboutTime(point)} />
      </div>
      <div className="grid grid-cols-1 gap-4">
        <RefusalPanel refused={refused} fields={fields} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button asChild>
            <Link href={`/backups/points/${point.id}`}>Cancel</Link>
          </Button>
          <Button
            type="submit"
            variant={input.mode === "swap" ? "danger" : "primary"}
            pending={start.isPending || start.isSuccess}
            disabled={isBlocked}
            className="h-auto min-h-8 max-w-full whitespace-normal break-words py-1 text-left"
          >
            {nameRestore(to, input)}
          </Button>
        </div>
      </div>
    </form>
  );
}
