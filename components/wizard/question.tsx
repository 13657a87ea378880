"use client";

import type { ReactNode } from "react";
import type { AnswerGroup } from "#lib/services/schema/answers.ts";
import { GROUPS } from "#lib/services/schema/answers.ts";
import type { Question } from "#lib/services/schema/define-group.ts";
import { Combobox } from "../ui/combobox.tsx";
import { Input } from "../ui/input.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { ChoiceQuestion, SeveralQuestion, YesNoQuestion } from "./choice-question.tsx";
import { useDraft } from "./draft-context.tsx";
import { ImageQuestion } from "./image-question.tsx";
import { DependencyRows, EffectRows, OptionRows, VariableRows, VolumeRows, WordRows } from "./list-questions.tsx";
import { NumberInput } from "./number-input.tsx";
import { PackageQuestion } from "./package-question.tsx";
import { PathField } from "./path-field.tsx";
import { PortRows } from "./port-rows.tsx";
import { ProblemLines } from "./problem-lines.tsx";
import type { ListProps, QuestionProps } from "./question-props.ts";
import { SecretRows } from "./secret-rows.tsx";

type ListComponent = (props: ListProps<never>) => ReactNode;

const LISTS: Readonly<Record<string, ListComponent>> = {
  dependsOn: DependencyRows,
  affects: EffectRows,
  ports: PortRows,
  volumes: VolumeRows,
  env: VariableRows,
  nixosOptions: OptionRows,
  healthCommand: WordRows,
  extraHostnames: WordRows,
  others: SecretRows,
};

/** Texts that nobody can go on without. */
const REQUIRED: ReadonlySet<string> = new Set(["name", "purpose", "nixosHost"]);

/** A number's answer takes a third of the line; everything else has the line to itself. */
export const isNarrow = (group: AnswerGroup, { field }: Question): boolean => {
  const value = (GROUPS[group].defaults as Record<string, unknown>)[field];
  if (field === "targetId") return false;
  return typeof value === "number" || value === null || field === "filesMode";
};

/** Draws one question by what its answer is. */
export function QuestionField({ group, ...props }: QuestionProps & { group: AnswerGroup }) {
  const { question, field, value, onChange } = props;
  const List = LISTS[field];
  if (List) return <ListQuestion {...props} list={List} />;
  if (field === "nixosPackage") return <PackageQuestion {...props} />;
  if (field === "image") return <ImageQuestion {...props} />;
  if (field === "ownerId") return <OwnerQuestion {...props} />;
  if (field === "targetId") return <TargetQuestion {...props} />;
  if (field === "monitors") return <SeveralQuestion {...props} />;
  const initial = (GROUPS[group].defaults as Record<string, unknown>)[field];
  if (typeof initial === "boolean") return <YesNoQuestion {...props} />;
  if (question.choices) return <ChoiceQuestion {...props} />;
  const isNumber = isNarrow(group, question) && field !== "filesMode";
  const text = { value: String(value ?? ""), placeholder: question.hint, list: `${field}-choices` };
  return (
    <PathField
      path={field}
      label={question.title}
      why={question.why}
      required={REQUIRED.has(field)}
      level={isNarrow(group, question)}
    >
      {isNumber ? (
        <NumberInput value={value} onChange={onChange} placeholder={question.hint} />
      ) : field === "purpose" || field === "ssoNote" ? (
        <Textarea rows={2} {...text} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <Input
          {...text}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      <Suggestions field={field} />
    </PathField>
  );
}

/** Nodes and labels of the swarm, and time zones, offered while typing. */
function Suggestions({ field }: { field: string }) {
  const { choices } = useDraft();
  if (field !== "nodeLabel" && field !== "nodeHostname" && field !== "timeZone") return null;
  if (field === "timeZone")
    return (
      <datalist id="timeZone-choices">
        {["UTC", ...Intl.supportedValuesOf("timeZone")].map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    );
  const labels = choices.nodes.flatMap(({ labels }) => Object.entries(labels).map(([key, value]) => `${key}=${value}`));
  const values = field === "nodeLabel" ? labels : choices.nodes.map((node) => node.hostname);
  return (
    <datalist id={`${field}-choices`}>
      {[...new Set(values)].map((value) => (
        <option key={value} value={value} />
      ))}
    </datalist>
  );
}

function OwnerQuestion({ question, field, value, onChange }: QuestionProps) {
  const { choices } = useDraft();
  const options = choices.owners.map(({ id, name, email }) => ({ value: id, label: name, hint: email }));
  return (
    <PathField path={field} label={question.title} why={question.why} required>
      <Combobox
        options={options}
        values={typeof value === "string" && value !== "" ? [value] : []}
        onChange={([id = ""]) => onChange(id)}
        placeholder="Choose a person"
        empty="Nobody of that name."
      />
    </PathField>
  );
}

/** Where backups go: nothing chosen is the target that is the default when the service is made. */
function TargetQuestion({ question, field, value, onChange }: QuestionProps) {
  const { choices } = useDraft();
  const options = choices.backupTargets.map(({ id, name, isDefault }) => ({
    value: id,
    label: name,
    hint: isDefault ? "default" : "",
  }));
  const usual = choices.backupTargets.find((target) => target.isDefault);
  return (
    <PathField path={field} label={question.title} why={question.why}>
      <Combobox
        options={options}
        values={typeof value === "string" && value !== "" ? [value] : []}
        onChange={([id = null]) => onChange(id)}
        placeholder={usual ? `${usual.name} (default)` : "Choose a target"}
        empty="No target of that name."
      />
    </PathField>
  );
}

interface ListQuestionProps extends QuestionProps {
  list: ListComponent;
}

function ListQuestion({ question, field, value, onChange, list: List }: ListQuestionProps) {
  return (
    <fieldset data-path={field} className="grid min-w-0 gap-1">
      <legend className="font-medium">{question.title}</legend>
      <p className="pb-1 text-muted text-sm">{question.why}</p>
      <List
        question={question}
        field={field}
        value={(Array.isArray(value) ? value : []) as never[]}
        onChange={onChange}
      />
      <ProblemLines path={field} />
    </fieldset>
  );
}
