"use client";

import { CircleX } from "lucide-react";
import Link from "next/link";
import { ANSWER_GROUPS, type AnswerGroup, findGroup } from "#lib/services/schema/answers.ts";
import { Card, CardHeader } from "../ui/card.tsx";
import { askedQuestions } from "./asked-questions.ts";
import { useDraft } from "./draft-context.tsx";
import { findProblems } from "./find-problems.ts";
import { formatAnswer } from "./format-answer.ts";

/** Every answer by group, each with the way back to its question. */
export function AnswersSummary() {
  return (
    <Card aria-label="Your answers">
      <CardHeader title="Your answers" />
      <div className="divide-y divide-line">
        {ANSWER_GROUPS.map((key) => (
          <GroupAnswers key={key} group={key} />
        ))}
      </div>
    </Card>
  );
}

function GroupAnswers({ group }: { group: AnswerGroup }) {
  const { draft, answers, checked, choices } = useDraft();
  const { title } = findGroup(group) ?? { title: group };
  const href = `/services/new/${draft.id}/${group}`;
  const conflicts = Object.entries(checked.check.fields).flatMap(([path, message]) =>
    path.startsWith(`${group}.`) ? [[path.slice(group.length + 1), message] as const] : [],
  );
  const problems = { ...Object.fromEntries(conflicts), ...findProblems(group, answers) };
  const lines = askedQuestions(group, answers).flatMap((question) => {
    const value = answers[group][question.field];
    const named = question.field === "targetId" ? choices.backupTargets : choices.owners;
    const name = named.find((one) => one.id === value)?.name;
    const words = name && ["ownerId", "targetId"].includes(question.field) ? [name] : formatAnswer(question, value);
    // What stands at its default and is folded away there need not be read here.
    const isDull = words.length === 0 || (question.advanced && !Array.isArray(value));
    return isDull ? [] : [{ field: question.field, title: question.title, words }];
  });
  return (
    <section aria-label={title} className="px-4 py-3">
      <header className="flex items-baseline gap-2 pb-1">
        <h3 className="flex-1 font-medium">{title}</h3>
        <Link href={href} className="text-accent text-sm underline-offset-4 hover:underline">
          Edit<span className="sr-only"> {title}</span>
        </Link>
      </header>
      <dl className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)] gap-x-3 gap-y-1 text-sm">
        {lines.map((line) => (
          <div key={line.field} className="contents">
            <dt className="text-muted">{line.title.replace(/\?$/, "")}</dt>
            <dd className="min-w-0 break-words">
              {line.words.map((words) => (
                <span key={words} className="block">
                  {words}
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      {lines.length === 0 ? <p className="text-muted text-sm">None</p> : null}
      {Object.entries(problems).map(([path, message]) => (
        <p key={path} className="flex items-start gap-1.5 pt-1 text-failed text-sm">
          <CircleX aria-hidden className="mt-0.5 size-3.5 shrink-0" />
          <Link href={`${href}#${path}`} className="underline underline-offset-4">
            {message}
          </Link>
        </p>
      ))}
    </section>
  );
}
