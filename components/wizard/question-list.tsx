"use client";

import type { AnswerGroup } from "#lib/services/schema/answers.ts";
import type { Question } from "#lib/services/schema/define-group.ts";
import { useDraft } from "./draft-context.tsx";
import { isNarrow, QuestionField } from "./question.tsx";

interface QuestionListProps {
  group: AnswerGroup;
  questions: readonly Question[];
}

/** Numbers that follow each other, three to a line; anything else by itself. */
function toLines(group: AnswerGroup, questions: readonly Question[]): Question[][] {
  const lines: Question[][] = [];
  for (const question of questions) {
    const last = lines.at(-1);
    const joins = last?.[0] && isNarrow(group, last[0]) && isNarrow(group, question) && last.length < 3;
    if (joins) last.push(question);
    else lines.push([question]);
  }
  return lines;
}

/** Questions below each other. */
export function QuestionList({ group, questions }: QuestionListProps) {
  const { answers, change } = useDraft();
  const draw = (question: Question) => (
    <QuestionField
      key={question.field}
      group={group}
      question={question}
      field={question.field}
      value={answers[group][question.field]}
      onChange={(value) => change(group, { [question.field]: value })}
    />
  );
  return (
    <div className="grid gap-6">
      {toLines(group, questions).map((line) => (
        <div
          key={line[0]?.field}
          className={
            line[0] && isNarrow(group, line[0])
              ? "grid gap-x-4 gap-y-1 max-sm:[&>div+div]:mt-4 sm:grid-cols-3"
              : "min-w-0"
          }
        >
          {line.map(draw)}
        </div>
      ))}
    </div>
  );
}
