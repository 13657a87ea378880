"use client";

import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { type FormEvent, useRef, useState } from "react";
import { toast } from "sonner";
import { calendarPreviewSchema } from "#lib/releases/schema/calendar-preview.ts";
import { calendarRuleSchema } from "#lib/releases/schema/release.ts";
import type { CalendarRuleView } from "#lib/releases/types.ts";
import { ApiError, api } from "../api-client.ts";
import { findProblems } from "../backups/find-problems.ts";
import { ownTimeZone } from "../backups/time-zone-field.tsx";
import { Button } from "../ui/button.tsx";
import { RefusalPanel } from "../ui/refusal-panel.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { UnsavedGuard } from "../ui/unsaved-guard.tsx";
import { useHydrated } from "../ui/use-now.ts";
import { useSettled } from "../ui/use-settled.ts";
import { blankRule, draftOf, type RuleDraft, ruleOf } from "./rule-draft.ts";
import { RuleFields } from "./rule-fields.tsx";
import { RULES_KEY } from "./rule-list.tsx";
import { RulePreview } from "./rule-preview.tsx";
import { EFFECT_WORDS } from "./rule-words.ts";

interface RuleFormProps {
  /** The rule that is changed; left out: a new one. */
  rule?: CalendarRuleView;
}

/** The form once the browser has said which time zone the reader is in. */
export function RuleForm({ rule }: RuleFormProps) {
  return useHydrated() ? <LocalRuleForm {...(rule && { rule })} /> : <SkeletonRows rows={8} label="Loading the form" />;
}

function LocalRuleForm({ rule: present }: RuleFormProps) {
  const router = useRouter();
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [initial] = useState(() =>
    present ? draftOf(present, ownTimeZone(), new Date()) : blankRule(ownTimeZone(), new Date()),
  );
  const [draft, setDraft] = useState(initial);
  /** Fields somebody was in, and all once saving was tried: until then nothing is called wrong. */
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [wasTried, setWasTried] = useState(false);
  const rule = ruleOf(draft);
  const found = findProblems(calendarRuleSchema, rule);
  const settled = useSettled({ time: rule.time });
  const isReadable = Object.keys(findProblems(calendarPreviewSchema, settled)).length === 0;
  const preview = useQuery({
    queryKey: [...RULES_KEY, "preview", settled],
    queryFn: ({ signal }) => api("POST /calendar-rules/preview", { body: settled, signal }),
    enabled: isReadable,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const save = useMutation({
    mutationFn: () =>
      present
        ? api("PUT /calendar-rules/{ruleId}", { params: { ruleId: present.id }, body: rule })
        : api("POST /calendar-rules", { body: rule }),
    onSuccess: () => {
      toast.success(`The ${EFFECT_WORDS[rule.effect].toLowerCase()} holds from now on.`);
      void client.invalidateQueries({ queryKey: RULES_KEY });
      router.push("/releases/freezes");
    },
    onError: () => focusFirst(),
  });
  const refused = save.error instanceof ApiError ? save.error : undefined;
  const unreadable = preview.error instanceof ApiError ? preview.error.fields : {};
  const fields: Record<string, string> = { ...unreadable, ...found, ...refused?.fields };

  const focusFirst = () =>
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  function change(next: Partial<RuleDraft>) {
    setDraft((known) => ({ ...known, ...next }));
    setTouched((known) => new Set([...known, ...Object.keys(next)]));
    if (save.isError) save.reset();
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    setWasTried(true);
    if (Object.keys(found).length > 0) focusFirst();
    else save.mutate();
  }
  const problem = (path: string, ...keys: (keyof RuleDraft)[]) =>
    wasTried || refused || keys.some((key) => touched.has(key)) ? fields[path] : undefined;

  return (
    <form
      ref={form}
      onSubmit={submit}
      noValidate
      className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]"
    >
      <UnsavedGuard isDirty={JSON.stringify(draft) !== JSON.stringify(initial) && !save.isPending && !save.isSuccess} />
      <RuleFields draft={draft} change={change} problem={problem} />
      <div className="lg:row-span-2 lg:h-full">
        <RulePreview
          rule={rule}
          preview={isReadable && !preview.error ? preview.data : undefined}
          isReadable={isReadable && !preview.error}
          isStale={preview.isPlaceholderData || JSON.stringify(settled) !== JSON.stringify({ time: rule.time })}
          timeZone={draft.timeZone}
        />
      </div>
      <div className="grid grid-cols-1 gap-4">
        <RefusalPanel refused={refused} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button asChild>
            <Link href="/releases/freezes">Cancel</Link>
          </Button>
          <Button type="submit" variant="primary" pending={save.isPending || save.isSuccess}>
            {present ? "Change" : "Add"} the {EFFECT_WORDS[rule.effect].toLowerCase()}
          </Button>
        </div>
      </div>
    </form>
  );
}
