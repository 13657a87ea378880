"use client";

import type { AnswerGroup } from "#lib/services/schema/answers.ts";
import type { Question } from "#lib/services/schema/define-group.ts";
import { useDraft } from "./draft-context.tsx";
import { isNarrow, QuestionField } from "./question.tsx";

interface QuestionListProps {
  group: AnswerGroup;
  questions: readonly Question[];
}

/** Questions below each other; numbers that follow each other share a line. */
export function QuestionList({ group, questions }: QuestionListProps) {
  const { answers, change } = useDraft();
  return (
    <div className="grid gap-x-4 gap-y-6 sm:grid-cols-3">
      {questions.map((question) => (
        <div
          key={question.field}
          className={isNarrow(group, question) ? "row-span-4 grid grid-rows-subgrid gap-y-1" : "min-w-0 sm:col-span-3"}
        >
          <QuestionField
            group={group}
            question={question}
            field={question.field}
            value={answers[group][question.field]}
            onChange={(value) => change(group, { [question.field]: value })}
          />
        </div>
      ))}
    </div>
  );
}
