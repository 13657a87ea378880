"use client";

import { CircleAlert, SearchCheck } from "lucide-react";
import type { ReactNode } from "react";
import type { ReviewAnswers } from "#lib/releases/schema/release.ts";
import type { EvidenceView } from "#lib/releases/types.ts";
import { Field, FieldGroup } from "../ui/field.tsx";
import { Radio, RadioGroup } from "../ui/radio-group.tsx";
import { Textarea } from "../ui/textarea.tsx";
import type { Contradiction } from "./proposal-draft.ts";
import { QUESTION_WORDS, QUESTIONS, type Question } from "./release-words.ts";

interface ReviewQuestionsProps {
  answers: ReviewAnswers;
  onChange: (answers: ReviewAnswers) => void;
  evidence: EvidenceView["evidence"];
  /** Of these answers. */
  contradictions: readonly Contradiction[];
  fields: Record<string, string>;
}

const SAID: Record<Contradiction["effect"], string> = {
  blocks: "Blocked: what was found says otherwise. Answer yes, or change the release.",
  raises: "What was found says otherwise: with this answer one more person has to approve.",
};

/** The review form: four questions, answered already as far as something was found. */
export function ReviewQuestions({ answers, onChange, evidence, contradictions, fields }: ReviewQuestionsProps) {
  const ask = (question: Question | "manualSteps", children?: ReactNode, told?: Contradiction) => {
    const { ask: label, why } = QUESTION_WORDS[question];
    return (
      <FieldGroup
        key={question}
        label={label}
        why={why}
        error={told?.effect === "blocks" ? SAID.blocks : fields[`answers.${question}`]}
        warning={told?.effect === "raises" ? SAID.raises : undefined}
      >
        <RadioGroup
          aria-label={label}
          value={answers[question] ? "yes" : "no"}
          onValueChange={(value) => onChange({ ...answers, [question]: value === "yes" })}
          className="sm:max-w-96"
        >
          <Radio value="no" label="No" className="min-w-24" />
          <Radio value="yes" label="Yes" className="min-w-24" />
        </RadioGroup>
        {children}
      </FieldGroup>
    );
  };
  return (
    <div className="grid grid-cols-1 gap-5">
      {QUESTIONS.map((question) =>
        ask(
          question,
          <Found lines={evidence[question]} />,
          contradictions.find((one) => one.question === question),
        ),
      )}
      {ask("manualSteps")}
      {answers.manualSteps ? (
        <Field
          label="What has to be done, by whom and when"
          error={fields["answers.manualText"] ?? fields.manualText}
          required
        >
          <Textarea
            value={answers.manualText}
            onChange={({ target }) => onChange({ ...answers, manualText: target.value })}
          />
        </Field>
      ) : null}
    </div>
  );
}

const FOUND_SHOWN = 6;

/** What looking found about one question; a long list folds its rest away. */
export function Found({ lines }: { lines: readonly string[] }) {
  if (lines.length === 0)
    return (
      <p className="flex items-center gap-1.5 pt-1.5 text-muted text-sm">
        <SearchCheck aria-hidden className="size-3.5 shrink-0" /> Nothing of the kind was found.
      </p>
    );
  const [shown, rest] = [lines.slice(0, FOUND_SHOWN), lines.slice(FOUND_SHOWN)];
  const list = (some: readonly string[]) => (
    <ul className="grid grid-cols-1 gap-1">
      {some.map((line) => (
        <li key={line} className="font-mono text-xs [overflow-wrap:anywhere]">
          {line}
        </li>
      ))}
    </ul>
  );
  return (
    <div className="mt-2 rounded-md border border-person/35 bg-person-soft px-3 py-2">
      <p className="flex items-center gap-1.5 pb-1 font-medium text-sm">
        <CircleAlert aria-hidden className="size-3.5 shrink-0 text-person" /> Found
      </p>
      {list(shown)}
      {rest.length > 0 ? (
        <details className="pt-1">
          <summary className="w-fit text-muted text-sm">{rest.length} more</summary>
          <div className="pt-1">{list(rest)}</div>
        </details>
      ) : null}
    </div>
  );
}
