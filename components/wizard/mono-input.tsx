"use client";

import { Input } from "../ui/input.tsx";
import { PathField } from "./path-field.tsx";
import type { QuestionProps } from "./question-props.ts";

/** A name that has to be given and is read letter by letter. */
export function MonoInput({ question, field, value, onChange }: QuestionProps) {
  return (
    <PathField path={field} label={question.title} why={question.why} required>
      <Input
        className="font-mono text-sm"
        value={String(value ?? "")}
        placeholder={question.hint}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
    </PathField>
  );
}
