"use client";

import type { PolicyView } from "#lib/backups/types.ts";
import { Fact, Facts } from "../ui/card.tsx";
import { Field, FieldGroup } from "../ui/field.tsx";
import { Radio, RadioGroup } from "../ui/radio-group.tsx";
import { Select } from "../ui/select.tsx";
import type { IdentityDraft } from "./policy-draft.ts";
import { Section } from "./section.tsx";
import { sourceDraftOf } from "./source-draft.ts";
import { SourceFields } from "./source-fields.tsx";
import { findChosen, moveTo, type SuggestedSources, sourcesIn } from "./suggested-source.ts";
import { TextField } from "./text-field.tsx";
import { nameOwner, nameSource, SOURCE_WORDS } from "./words.ts";

interface WhatSectionProps {
  policy: PolicyView | undefined;
  identity: IdentityDraft;
  onChange: (fields: Partial<IdentityDraft>) => void;
  problem: (path: string) => string | undefined;
  suggested: SuggestedSources[];
}

/** What is backed up. It stays as it is for a policy's whole life: its points are of this and nothing else. */
export function WhatSection({ policy, identity, onChange, problem, suggested }: WhatSectionProps) {
  if (policy)
    return (
      <Section title="What">
        <Facts>
          <Fact name="Of">
            {nameOwner(policy.service)}
            {policy.service ? ` · ${policy.environment}` : ""}
          </Fact>
          <Fact name="Kind">{SOURCE_WORDS[policy.source.kind]}</Fact>
          <Fact name="Source">
            <span className="break-all">{nameSource(policy.source)}</span>
          </Fact>
        </Facts>
      </Section>
    );
  const sources = sourcesIn(suggested, identity.environment);
  const chosen = findChosen(suggested, identity);
  return (
    <Section
      title="What"
      note={`Of ${nameOwner(identity.serviceName || null)}. Cannot be changed later: another source is another policy.`}
    >
      {identity.serviceName ? (
        <Field label="Environment" why="Whose data it is." error={problem("environment")} className="sm:max-w-80">
          <Select
            value={identity.environment}
            onChange={({ target }) => onChange(moveTo(target.value, identity, suggested))}
          >
            {suggested.map(({ environment }) => (
              <option key={environment} value={environment}>
                {environment}
              </option>
            ))}
          </Select>
        </Field>
      ) : null}
      {sources.length > 0 ? (
        <FieldGroup
          label="From its answers"
          why="What the panel made for it."
          error={chosen ? sourceProblem(identity, problem) : undefined}
        >
          <RadioGroup
            aria-label="From its answers"
            value={chosen?.name ?? "by-hand"}
            onValueChange={(name) => {
              const found = sources.find((one) => one.name === name);
              if (found) onChange({ name: found.name, source: sourceDraftOf(found.source) });
              else onChange({ name: "", source: { ...identity.source, databaseName: "", path: "", volumeName: "" } });
            }}
          >
            {sources.map((one) => (
              <Radio
                key={one.name}
                value={one.name}
                label={SOURCE_WORDS[one.source.kind]}
                hint={<span className="break-all">{nameSource(one.source)}</span>}
              />
            ))}
            <Radio value="by-hand" label="Something else" hint="Described by hand" />
          </RadioGroup>
        </FieldGroup>
      ) : null}
      <TextField
        label="Name"
        why="Part of where it is stored: database, uploads."
        value={identity.name}
        onChange={(name) => onChange({ name })}
        mono
        fieldClassName="sm:max-w-80"
        error={problem("name")}
      />
      {chosen ? null : (
        <SourceFields source={identity.source} onChange={(source) => onChange({ source })} problem={problem} />
      )}
    </Section>
  );
}

/** What is wrong with a source whose fields are not shown: the first there is. */
const sourceProblem = ({ source }: IdentityDraft, problem: WhatSectionProps["problem"]) =>
  Object.keys(source)
    .map((key) => problem(`source.${key}`))
    .find((message) => message !== undefined);
