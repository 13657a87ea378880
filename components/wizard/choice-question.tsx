"use client";

import { Checkbox } from "../ui/checkbox.tsx";
import { FieldGroup } from "../ui/field.tsx";
import { Radio, RadioGroup } from "../ui/radio-group.tsx";
import { useDraft } from "./draft-context.tsx";
import { ProblemLines } from "./problem-lines.tsx";
import { useProblems } from "./problems-context.tsx";
import type { QuestionProps } from "./question-props.ts";

/** One of a few answers. */
export function ChoiceQuestion({ question, field, value, onChange }: QuestionProps) {
  const { error, warning } = useProblems();
  const { choices } = useDraft();
  const hintOf = (choice: string) => (field === "database" ? choices.databaseImages[choice] : undefined);
  return (
    <div data-path={field}>
      <FieldGroup label={question.title} why={question.why} error={error(field)} warning={warning(field)}>
        <RadioGroup aria-label={question.title} value={String(value)} onValueChange={onChange}>
          {Object.entries(question.choices ?? {}).map(([choice, words]) => (
            <Radio key={choice} value={choice} label={words} hint={shortImage(hintOf(choice))} />
          ))}
        </RadioGroup>
      </FieldGroup>
    </div>
  );
}

const shortImage = (image: string | undefined) => image?.slice(image.lastIndexOf("/") + 1);

/** A question that ends in a question mark is answered yes or no; anything else is a box to tick. */
export function YesNoQuestion({ question, field, value, onChange }: QuestionProps) {
  const { answers, choices } = useDraft();
  if (!question.title.endsWith("?")) {
    const hostname = `${answers.identity.name || "<name>"}.${choices.rootDomain}`;
    const names: Readonly<Record<string, string>> = { defaultHostname: hostname, directHostname: `direct.${hostname}` };
    return (
      <div data-path={field} className="grid gap-1">
        <Checkbox
          checked={value === true}
          onCheckedChange={(checked) => onChange(checked === true)}
          label={
            <>
              <span className="font-medium">{question.title}</span>
              {names[field] ? <span className="block break-all font-mono text-sm">{names[field]}</span> : null}
            </>
          }
          hint={question.why}
        />
        <ProblemLines path={field} />
      </div>
    );
  }
  return (
    <ChoiceQuestion
      question={{ ...question, choices: { no: "No", yes: "Yes" } }}
      field={field}
      value={value === true ? "yes" : "no"}
      onChange={(answer) => onChange(answer === "yes")}
    />
  );
}

/** Any of a few answers. */
export function SeveralQuestion({ question, field, value, onChange }: QuestionProps) {
  const { error } = useProblems();
  const chosen = Array.isArray(value) ? (value as unknown[]).map(String) : [];
  const toggle = (choice: string, isOn: boolean) =>
    onChange(isOn ? [...chosen, choice] : chosen.filter((one) => one !== choice));
  return (
    <div data-path={field}>
      <FieldGroup label={question.title} why={question.why} error={error(field)}>
        {Object.entries(question.choices ?? {}).map(([choice, words]) => (
          <Checkbox
            key={choice}
            label={words}
            checked={chosen.includes(choice)}
            onCheckedChange={(checked) => toggle(choice, checked === true)}
          />
        ))}
      </FieldGroup>
    </div>
  );
}
