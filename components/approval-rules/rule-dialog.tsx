"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type FormEvent, type ReactNode, useId, useRef, useState } from "react";
import { toast } from "sonner";
import { approvalRuleSchema } from "#lib/releases/schema/approval-rule.ts";
import type { ApprovalRuleView } from "#lib/releases/types.ts";
import { ApiError, api } from "../api-client.ts";
import { findProblems, readWhole } from "../backups/find-problems.ts";
import { TextField } from "../backups/text-field.tsx";
import { EnvironmentField } from "../release-calendar/where-fields.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { RISK_WORDS, RISKS } from "./risk-words.ts";

/** One rule: a new one, or one that is edited. */
export function RuleDialog({ trigger, rule }: { trigger: ReactNode; rule?: ApprovalRuleView }) {
  const router = useRouter();
  const formId = useId();
  const form = useRef<HTMLFormElement>(null);
  const blank = {
    environment: rule ? (rule.environment ?? "") : "production",
    risk: rule?.risk ?? "",
    approvals: String(rule?.approvals ?? 2),
  };
  const [open, setOpen] = useState(false);
  const [draft, setDraft] = useState(blank);
  const [wasTried, setWasTried] = useState(false);
  const body = {
    environment: draft.environment.trim() || null,
    risk: RISKS.find((one) => one === draft.risk) ?? null,
    approvals: readWhole(draft.approvals),
  };
  const save = useMutation({
    mutationFn: async () => {
      if (rule) await api("PUT /approval-rules/{ruleId}", { params: { ruleId: rule.id }, body });
      else await api("POST /approval-rules", { body });
    },
    onSuccess: () => {
      toast.success("It counts for what is proposed from now on.");
      router.refresh();
      changeOpen(false);
    },
  });
  const found = findProblems(approvalRuleSchema, body);
  const refused = save.error instanceof ApiError ? save.error : undefined;
  const fields: Record<string, string> = { ...(wasTried ? found : {}), ...refused?.fields };
  function changeOpen(next: boolean) {
    setOpen(next);
    setDraft(blank);
    setWasTried(false);
    save.reset();
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    setWasTried(true);
    if (Object.keys(found).length === 0) save.mutate();
    else requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  }
  const change = (next: Partial<typeof draft>) => setDraft((known) => ({ ...known, ...next }));
  return (
    <Dialog open={open} onOpenChange={changeOpen}>
      <DialogTrigger asChild>{trigger}</DialogTrigger>
      <DialogContent
        title={rule ? "Edit the rule" : "New approval rule"}
        description="Rules only ever ask for more: the highest number that fits counts."
        footer={
          <>
            <DialogClose asChild>
              <Button disabled={save.isPending}>Cancel</Button>
            </DialogClose>
            <Button type="submit" form={formId} variant="primary" pending={save.isPending}>
              {rule ? "Save the rule" : "Add the rule"}
            </Button>
          </>
        }
      >
        <form id={formId} ref={form} onSubmit={submit} noValidate className="grid gap-4">
          <EnvironmentField
            value={draft.environment}
            onChange={(environment) => change({ environment })}
            all="every environment but staging"
            error={fields.environment}
          />
          <Field label="When" error={fields.risk}>
            <Select value={draft.risk} onChange={({ target }) => change({ risk: target.value })}>
              <option value="">Whatever is found</option>
              {RISKS.map((risk) => (
                <option key={risk} value={risk}>
                  {RISK_WORDS[risk].name}
                </option>
              ))}
            </Select>
          </Field>
          <TextField
            label="Approvals"
            why="Different people, none of whom asked for the release or edited it."
            value={draft.approvals}
            onChange={(approvals) => change({ approvals })}
            inputMode="numeric"
            unit="people"
            error={fields.approvals}
          />
          {save.error && Object.keys(refused?.fields ?? {}).length === 0 ? (
            <p role="alert" className="text-failed">
              {save.error.message}
            </p>
          ) : null}
        </form>
      </DialogContent>
    </Dialog>
  );
}
