import type { ReactNode } from "react";
import { FieldGroup } from "../ui/field.tsx";
import { Radio, RadioGroup } from "../ui/radio-group.tsx";

interface ChoiceProps<Answer extends string> {
  label: string;
  why: ReactNode;
  value: Answer;
  onChange(value: Answer): void;
  /** Label and hint of each answer. */
  answers: Readonly<Record<Answer, readonly [label: string, hint: string]>>;
  disabled?: readonly Answer[];
  error?: string | undefined;
}

/** One question with a few answers, each of which says what it means. */
export function Choice<Answer extends string>(props: ChoiceProps<Answer>) {
  const { label, why, value, onChange, answers, disabled = [], error } = props;
  const entries = Object.entries(answers) as [Answer, readonly [string, string]][];
  return (
    <FieldGroup label={label} why={why} error={error}>
      <RadioGroup value={value} onValueChange={(next) => onChange(next as Answer)} aria-label={label}>
        {entries.map(([answer, [name, hint]]) => (
          <Radio key={answer} value={answer} label={name} hint={hint} disabled={disabled.includes(answer)} />
        ))}
      </RadioGroup>
    </FieldGroup>
  );
}
