"use client";

import { Plus, Trash2 } from "lucide-react";
import { useRef } from "react";
import { OPERATORS, type Operator } from "#lib/templates/constants.ts";
import { OPERATOR_WORDS } from "#lib/templates/format/conditions.ts";
import type { Condition } from "#lib/templates/schema/content.ts";
import { Button } from "../ui/button.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { ANSWER_FIELDS } from "./edit-items.ts";

const ALL = ANSWER_FIELDS.flatMap(({ fields }) => fields);
const FRESH: Condition = { field: "data.database", op: "is-not", value: "none" };

interface ConditionFieldsProps {
  conditions: readonly Condition[];
  onChange: (conditions: Condition[]) => void;
}

/** On which answers an item is done: all of them have to hold. */
export function ConditionFields({ conditions, onChange }: ConditionFieldsProps) {
  const add = useRef<HTMLButtonElement>(null);
  const change = (index: number, next: Partial<Condition>) =>
    onChange(conditions.map((one, at) => (at === index ? { ...one, ...next } : one)));
  return (
    <fieldset className="grid gap-2">
      <legend className="pb-1 font-medium">Only where</legend>
      {conditions.map((condition, index) => {
        const choices = ALL.find(({ field }) => field === condition.field)?.choices;
        const named = `Condition ${index + 1}`;
        return (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: conditions have nothing else that stays the same
            key={index}
            className="grid items-center gap-2 sm:grid-cols-[minmax(0,2fr)_8rem_minmax(0,1fr)_auto]"
          >
            <Select
              aria-label={`${named}: which answer`}
              value={condition.field}
              onChange={(event) => change(index, { field: event.target.value, value: "" })}
            >
              {ALL.some(({ field }) => field === condition.field) ? null : (
                <option value={condition.field}>{condition.field}</option>
              )}
              {ANSWER_FIELDS.map(({ group, fields }) => (
                <optgroup key={group} label={group}>
                  {fields.map(({ field, title }) => (
                    <option key={field} value={field}>
                      {title}
                    </option>
                  ))}
                </optgroup>
              ))}
            </Select>
            <Select
              aria-label={`${named}: how it is compared`}
              value={condition.op}
              onChange={(event) => change(index, { op: event.target.value as Operator })}
            >
              {OPERATORS.map((op) => (
                <option key={op} value={op}>
                  {OPERATOR_WORDS[op]}
                </option>
              ))}
            </Select>
            {condition.op === "is-set" ? (
              <span />
            ) : choices ? (
              <Select
                aria-label={`${named}: value`}
                value={condition.value}
                onChange={(event) => change(index, { value: event.target.value })}
              >
                <option value="">Choose</option>
                {Object.entries(choices).map(([value, words]) => (
                  <option key={value} value={value}>
                    {words}
                  </option>
                ))}
              </Select>
            ) : (
              <Input
                aria-label={`${named}: value`}
                value={condition.value}
                onChange={(event) => change(index, { value: event.target.value })}
              />
            )}
            <Button
              size="icon-sm"
              variant="ghost"
              aria-label={`Remove condition ${index + 1}`}
              onClick={() => {
                onChange(conditions.filter((_, at) => at !== index));
                add.current?.focus();
              }}
            >
              <Trash2 aria-hidden />
            </Button>
          </div>
        );
      })}
      <Button
        ref={add}
        size="sm"
        className="justify-self-start"
        disabled={conditions.length >= 10}
        onClick={() => onChange([...conditions, FRESH])}
      >
        <Plus aria-hidden /> Add a condition
      </Button>
    </fieldset>
  );
}
