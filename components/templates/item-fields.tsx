"use client";

import { ROLE_WORDS } from "#lib/access/constants.ts";
import { EVIDENCE_KINDS } from "#lib/runs/types.ts";
import { ITEM_ROLES } from "#lib/templates/constants.ts";
import type { TemplateItem } from "#lib/templates/schema/content.ts";
import { Checkbox } from "../ui/checkbox.tsx";
import { Combobox } from "../ui/combobox.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { ConditionFields } from "./condition-fields.tsx";
import { type Brought, nameOfKey } from "./edit-items.ts";
import { EVIDENCE_WORDS, isManual } from "./template-words.ts";

interface ItemFieldsProps {
  item: TemplateItem;
  items: readonly TemplateItem[];
  brought: Brought;
  /** Problems by field. */
  problems: Readonly<Record<string, string>>;
  onChange: (item: TemplateItem) => void;
}

/** A number, or nothing. */
function NumberField({
  value,
  brought,
  onChange,
}: {
  value: number | null;
  brought: number | null | undefined;
  onChange: (value: number | null) => void;
}) {
  return (
    <Input
      inputMode="numeric"
      value={value ?? ""}
      placeholder={brought == null ? "none" : String(brought)}
      onChange={(event) => {
        const digits = event.target.value.replace(/\D/g, "").slice(0, 5);
        onChange(digits === "" ? null : Number(digits));
      }}
    />
  );
}

/** Everything of one item that can be set. */
export function ItemFields({ item, items, brought, problems, onChange }: ItemFieldsProps) {
  const panels = brought.get(item.key);
  const above = items.slice(0, items.indexOf(item));
  const asBrought = item.kind === "built-in" ? <option value="">As the panel brings it</option> : null;
  const options = above
    .filter(({ key }) => !panels?.dependsOn.includes(key))
    .map(({ key }) => ({ value: key, label: nameOfKey(items, brought, key) }));
  const gone = item.after.filter((key) => !options.some((option) => option.value === key));
  return (
    <div className="grid gap-4">
      {item.kind === "own" ? (
        <>
          <Field label="What is to be done" error={problems.title}>
            <Input
              value={item.title}
              maxLength={200}
              onChange={(event) => onChange({ ...item, title: event.target.value })}
            />
          </Field>
          <Field label="How it is done" why="Markdown. Shown beside the item while somebody does it." optional>
            <Textarea
              value={item.instructions}
              maxLength={10_000}
              onChange={(event) => onChange({ ...item, instructions: event.target.value })}
            />
          </Field>
        </>
      ) : null}
      {isManual(item, panels) ? (
        <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
          <Field label="Who does it">
            <Select
              value={item.role ?? ""}
              onChange={(event) => onChange({ ...item, role: event.target.value || null } as TemplateItem)}
            >
              {asBrought}
              {ITEM_ROLES.map((role) => (
                <option key={role} value={role}>
                  {ROLE_WORDS[role]}
                </option>
              ))}
            </Select>
          </Field>
          <Field label="What shows it">
            <Select
              value={item.evidence ?? ""}
              onChange={(event) => onChange({ ...item, evidence: event.target.value || null } as TemplateItem)}
            >
              {asBrought}
              {EVIDENCE_KINDS.map((kind) => (
                <option key={kind} value={kind}>
                  {EVIDENCE_WORDS[kind]}
                </option>
              ))}
            </Select>
          </Field>
          <Field label="Due, days after the start" optional error={problems.dueDays}>
            <NumberField
              value={item.dueDays}
              brought={panels?.dueDays}
              onChange={(dueDays) => onChange({ ...item, dueDays })}
            />
          </Field>
          <Field label="Takes about, minutes" optional error={problems.estimateMinutes}>
            <NumberField
              value={item.estimateMinutes}
              brought={panels?.estimateMinutes}
              onChange={(estimateMinutes) => onChange({ ...item, estimateMinutes })}
            />
          </Field>
        </div>
      ) : null}
      {item.kind === "own" ? (
        <Field label="Part of" why="Shown below it, and done after it." optional error={problems.under}>
          <Select
            value={item.under ?? ""}
            onChange={(event) => onChange({ ...item, under: event.target.value || null })}
          >
            <option value="">Nothing: it stands by itself</option>
            {above.map((one) =>
              one.kind === "own" ? (
                <option key={one.key} value={one.key}>
                  {one.title}
                </option>
              ) : null,
            )}
          </Select>
        </Field>
      ) : null}
      <Field
        label="Waits also for"
        why={
          panels && panels.dependsOn.length > 0
            ? `Besides ${panels.dependsOn.map((key) => `“${nameOfKey(items, brought, key)}”`).join(", ")}.`
            : "Items above it that have to be done first."
        }
        optional
        error={problems.after}
      >
        <Combobox
          multiple
          options={[
            ...options,
            ...gone.map((key) => ({ value: key, label: `${nameOfKey(items, brought, key)} (not above)` })),
          ]}
          values={[...item.after]}
          onChange={(after) => onChange({ ...item, after })}
          placeholder="Nothing more"
        />
      </Field>
      {panels?.essential ? (
        <p className="text-muted text-sm">What the run promises hangs on this item: no condition leaves it out.</p>
      ) : (
        <ConditionFields conditions={item.conditions} onChange={(conditions) => onChange({ ...item, conditions })} />
      )}
      {item.kind === "built-in" && panels?.role != null && !panels.essential ? (
        <div className="grid gap-2">
          <Checkbox
            label="Never done here"
            hint="Every run shows it as left out, with the reason."
            checked={item.leftOut !== null}
            onCheckedChange={(on) => onChange({ ...item, leftOut: on === true ? "" : null })}
          />
          {item.leftOut === null ? null : (
            <Field label="Why" error={problems.leftOut}>
              <Input
                value={item.leftOut}
                maxLength={200}
                onChange={(event) => onChange({ ...item, leftOut: event.target.value })}
              />
            </Field>
          )}
        </div>
      ) : null}
      {problems.conditions ? (
        <p role="alert" className="text-failed text-sm">
          {problems.conditions}
        </p>
      ) : null}
    </div>
  );
}
