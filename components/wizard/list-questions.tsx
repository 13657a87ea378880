"use client";

import { Checkbox } from "../ui/checkbox.tsx";
import { Combobox } from "../ui/combobox.tsx";
import { Input } from "../ui/input.tsx";
import { useDraft } from "./draft-context.tsx";
import { PathField } from "./path-field.tsx";
import type { ListProps } from "./question-props.ts";
import { Rows } from "./rows.tsx";

interface Dependency {
  service: string;
  reason: string;
}
export function DependencyRows({ field, value, onChange }: ListProps<Dependency>) {
  const { choices, answers } = useDraft();
  const options = choices.services
    .filter((service) => service.name !== answers.identity.name)
    .map(({ name, purpose }) => ({ value: name, label: name, hint: purpose }));
  return (
    <Rows
      path={field}
      rows={value}
      onChange={onChange}
      fresh={() => ({ service: "", reason: "" })}
      noun="service"
      max={50}
    >
      {(row, path, change) => (
        <div className="grid gap-2 sm:grid-cols-[2fr_3fr]">
          <PathField small path={`${path}.service`} label="Service">
            <Combobox
              options={options}
              values={row.service ? [row.service] : []}
              onChange={([service = ""]) => change({ service })}
              placeholder="Choose a service"
              empty="No service of that name."
            />
          </PathField>
          <PathField small path={`${path}.reason`} label="What for" optional>
            <Input value={row.reason} onChange={(event) => change({ reason: event.target.value })} />
          </PathField>
        </div>
      )}
    </Rows>
  );
}

interface Effect {
  service: string;
  note: string;
}
export function EffectRows({ field, value, onChange }: ListProps<Effect>) {
  return (
    <Rows
      path={field}
      rows={value}
      onChange={onChange}
      fresh={() => ({ service: "", note: "" })}
      noun="effect"
      max={50}
    >
      {(row, path, change) => (
        <div className="grid gap-2 sm:grid-cols-[2fr_3fr]">
          <PathField small path={`${path}.service`} label="What">
            <Input
              value={row.service}
              placeholder="billing"
              onChange={(event) => change({ service: event.target.value })}
            />
          </PathField>
          <PathField small path={`${path}.note`} label="How">
            <Input
              value={row.note}
              placeholder="writes to the same folder"
              onChange={(event) => change({ note: event.target.value })}
            />
          </PathField>
        </div>
      )}
    </Rows>
  );
}

interface Volume {
  name: string;
  target: string;
  readOnly: boolean;
}
export function VolumeRows({ field, value, onChange }: ListProps<Volume>) {
  const fresh = () => ({ name: "", target: "", readOnly: false });
  return (
    <Rows path={field} rows={value} onChange={onChange} fresh={fresh} noun="volume" max={50}>
      {(row, path, change) => (
        <div className="grid gap-2 sm:grid-cols-[1fr_2fr_auto]">
          <PathField small path={`${path}.name`} label="Name">
            <Input value={row.name} placeholder="files" onChange={(event) => change({ name: event.target.value })} />
          </PathField>
          <PathField small path={`${path}.target`} label="Mounted at">
            <Input
              value={row.target}
              placeholder="/data"
              onChange={(event) => change({ target: event.target.value })}
            />
          </PathField>
          <div className="flex items-end pb-1.5 sm:pt-6">
            <Checkbox
              label="Read-only"
              checked={row.readOnly === true}
              onCheckedChange={(checked) => change({ readOnly: checked === true })}
            />
          </div>
        </div>
      )}
    </Rows>
  );
}

interface Variable {
  name: string;
  value: string;
}
export function VariableRows({ field, value, onChange }: ListProps<Variable>) {
  return (
    <Rows
      path={field}
      rows={value}
      onChange={onChange}
      fresh={() => ({ name: "", value: "" })}
      noun="variable"
      max={200}
    >
      {(row, path, change) => (
        <div className="grid gap-2 sm:grid-cols-[2fr_3fr]">
          <PathField small path={`${path}.name`} label="Variable">
            <Input
              className="font-mono text-sm"
              value={row.name}
              placeholder="LOG_LEVEL"
              onChange={(event) => change({ name: event.target.value })}
            />
          </PathField>
          <PathField small path={`${path}.value`} label="Value">
            <Input
              className="font-mono text-sm"
              value={row.value}
              onChange={(event) => change({ value: event.target.value })}
            />
          </PathField>
        </div>
      )}
    </Rows>
  );
}

/** Options of a NixOS module: a path, and what it is set to. */
export function OptionRows({ field, value, onChange }: ListProps<Variable>) {
  return (
    <Rows path={field} rows={value} onChange={onChange} fresh={() => ({ name: "", value: "" })} noun="option" max={200}>
      {(row, path, change) => (
        <div className="grid gap-2 sm:grid-cols-[2fr_3fr]">
          <PathField small path={`${path}.name`} label="Option">
            <Input
              className="font-mono text-sm"
              value={row.name}
              placeholder="settings.port"
              autoCapitalize="none"
              spellCheck={false}
              onChange={(event) => change({ name: event.target.value })}
            />
          </PathField>
          <PathField small path={`${path}.value`} label="Value: JSON, or a text as it stands">
            <Input
              className="font-mono text-sm"
              value={row.value}
              placeholder="9001"
              autoCapitalize="none"
              spellCheck={false}
              onChange={(event) => change({ value: event.target.value })}
            />
          </PathField>
        </div>
      )}
    </Rows>
  );
}

/** A list of plain words: host names, the words of a command. */
export function WordRows({ field, value, onChange, question }: ListProps<string>) {
  const isCommand = field === "healthCommand";
  return (
    <Rows
      path={field}
      rows={value.map((word) => ({ word }))}
      onChange={(rows) => onChange(rows.map((row) => row.word))}
      fresh={() => ({ word: "" })}
      noun={isCommand ? "word" : "host name"}
      max={isCommand ? 50 : 20}
    >
      {(row, path, change) => (
        <PathField small path={path} label={isCommand ? "Word, as it is: no quoting" : "Host name"}>
          <Input
            className="font-mono text-sm"
            value={row.word}
            placeholder={question.hint}
            onChange={(event) => change({ word: event.target.value })}
          />
        </PathField>
      )}
    </Rows>
  );
}
