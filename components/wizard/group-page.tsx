"use client";

import { CornerDownLeft } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { type AnswerGroup, findGroup } from "#lib/services/schema/answers.ts";
import type { Question } from "#lib/services/schema/define-group.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { Card } from "../ui/card.tsx";
import { askedQuestions, fieldOf } from "./asked-questions.ts";
import { useDraft } from "./draft-context.tsx";
import { PreviewPanel } from "./preview-panel.tsx";
import { ProblemsProvider } from "./problems-context.tsx";
import { QuestionList } from "./question-list.tsx";
import { SavedNote } from "./saved-note.tsx";
import { useGroupForm } from "./use-group-form.ts";
import { WizardFrame } from "./wizard-frame.tsx";

/** One page of questions beside what their answers will cause. */
export function GroupPage({ group: key }: { group: AnswerGroup }) {
  const { answers } = useDraft();
  const page = useGroupForm(key);
  const group = findGroup(key);
  if (!group) return null;
  const asked = askedQuestions(key, answers);
  const folded = asked.filter((question) => question.advanced);
  return (
    <WizardFrame current={key}>
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <Card>
          <form ref={page.form} onSubmit={page.submit} onBlur={page.leaveField} noValidate aria-label={group.title}>
            <header className="px-4 pt-4 sm:px-5">
              <h2 className="font-semibold text-lg">{group.title}</h2>
              <p className="text-muted">{group.lead}</p>
            </header>
            <ProblemsProvider value={page.problems}>
              <div className="grid gap-6 px-4 py-5 sm:px-5">
                <Hidden asked={asked} problems={page.isSubmitted ? page.all : {}} />
                <QuestionList group={key} questions={asked.filter((question) => !question.advanced)} />
                {folded.length > 0 ? <Folded group={key} questions={folded} problems={page.all} /> : null}
              </div>
            </ProblemsProvider>
            <footer className="flex flex-wrap items-center gap-2 border-line border-t px-4 py-3 sm:px-5">
              <div className="min-w-0 flex-1 basis-full sm:basis-0">
                <SavedNote />
              </div>
              {page.previous ? (
                <Button asChild>
                  <Link href={page.hrefOf(page.previous)}>Back</Link>
                </Button>
              ) : null}
              {page.mayReview && page.next !== "review" ? (
                <Button onClick={() => page.goTo("review")}>Skip to review</Button>
              ) : null}
              <Button type="submit" variant="primary">
                {page.next === "review" ? "Review" : "Continue"} <CornerDownLeft aria-hidden />
              </Button>
            </footer>
          </form>
        </Card>
        <PreviewPanel />
      </div>
    </WizardFrame>
  );
}

interface FoldedProps {
  group: AnswerGroup;
  questions: readonly Question[];
  problems: Record<string, string>;
}

/** What most never change, folded away until asked for or until something in it is wrong. */
function Folded({ group, questions, problems }: FoldedProps) {
  const fields = questions.map((question) => question.field);
  const isWrong = Object.keys(problems).some((path) => fields.includes(fieldOf(path)));
  const [isOpen, setOpen] = useState(isWrong);
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="w-fit text-muted text-sm hover:text-ink">
        More: {questions.map((question) => question.title).join(" · ")}
      </summary>
      <div className="pt-4">
        <QuestionList group={group} questions={questions} />
      </div>
    </details>
  );
}

/** Problems of questions that the present answers hide: said above, since there is no field to say it beside. */
function Hidden({ asked, problems }: { asked: readonly Question[]; problems: Record<string, string> }) {
  const shown = new Set(asked.map((question) => question.field));
  const messages = Object.entries(problems).filter(([path]) => !shown.has(fieldOf(path)));
  if (messages.length === 0) return null;
  return (
    <Callout tone="failed" title="Something that is not shown at present is wrong">
      {messages.map(([path, message]) => (
        <p key={path}>{message}</p>
      ))}
    </Callout>
  );
}
