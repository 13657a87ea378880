"use client";

import { useRouter } from "next/navigation";
import { type FocusEvent, type FormEvent, useEffect, useMemo, useRef, useState } from "react";
import { GROUP_KEYS, type GroupKey } from "#lib/services/constants.ts";
import { ANSWER_GROUPS, type AnswerGroup, checkGroup } from "#lib/services/schema/answers.ts";
import { findingsFor } from "./conflicts.ts";
import { useDraft } from "./draft-context.tsx";
import { findProblems } from "./find-problems.ts";
import { focusPath, pathsInOrder } from "./focus-path.ts";
import type { Problems } from "./problems-context.tsx";

/** One page of questions: what is wrong where, and how one goes on. */
export function useGroupForm(group: AnswerGroup) {
  const { draft, answers, checked, change, flush } = useDraft();
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const wasAnswered = useRef(draft.groups.find((one) => one.key === group)?.state !== "empty");
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [isSubmitted, setSubmitted] = useState(wasAnswered.current);

  const own = useMemo(() => findProblems(group, answers), [group, answers]);
  const conflicts = useMemo(() => findingsFor(group, "fields", checked, answers), [group, checked, answers]);
  const warnings = useMemo(() => findingsFor(group, "warnings", checked, answers), [group, checked, answers]);

  const all: Record<string, string> = { ...conflicts, ...own };
  const problems: Problems = {
    // A mistake shows once its field is left; what clashes with something else shows while typing.
    error: (path) => (own[path] && !isSubmitted && !touched.has(path) ? undefined : all[path]),
    warning: (path) => warnings[path],
  };
  const index = GROUP_KEYS.indexOf(group);
  const previous = GROUP_KEYS[index - 1];
  const next = GROUP_KEYS[index + 1] ?? "review";
  const hrefOf = (key: GroupKey) => `/services/new/${draft.id}/${key}`;
  const mayReview = ANSWER_GROUPS.every((key) => Object.keys(checkGroup(key, answers)).length === 0);

  useEffect(() => {
    const asked = window.location.hash.slice(1);
    if (asked) focusPath(form.current, asked);
  }, []);

  function leaveField(event: FocusEvent<HTMLFormElement>) {
    const path = event.target.closest("[data-path]")?.getAttribute("data-path");
    if (path && !touched.has(path)) setTouched(new Set([...touched, path]));
  }

  function goTo(key: GroupKey) {
    if (Object.keys(all).length > 0) {
      setSubmitted(true);
      const [first = Object.keys(all)[0] ?? ""] = pathsInOrder(form.current, Object.keys(all));
      focusPath(form.current, first);
      return;
    }
    // Going on says that the defaults of this page are fine.
    if (!wasAnswered.current) change(group, {});
    void flush(key);
    router.push(hrefOf(key));
  }

  const submit = (event: FormEvent) => {
    event.preventDefault();
    goTo(next);
  };
  return { form, problems, all, isSubmitted, leaveField, submit, goTo, previous, next, hrefOf, mayReview };
}
