"use client";

import { problemAt } from "../backups/find-problems.ts";
import { TextField } from "../backups/text-field.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { Field } from "../ui/field.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { Rows } from "../wizard/rows.tsx";
import { blankVolume, type ReleaseDraft } from "./release-draft.ts";

interface StackFieldsProps {
  draft: ReleaseDraft;
  onChange: (next: Partial<ReleaseDraft>) => void;
  /** Messages by the API's field names. */
  fields: Record<string, string>;
}

const VOLUMES_MAX = 50;

/** What the app finds in its container, where that is another than with the release before. */
export function StackFields({ draft, onChange, fields }: StackFieldsProps) {
  const { changesStack, secrets, volumes } = draft;
  return (
    <div className="grid gap-4">
      <Checkbox
        checked={changesStack}
        onCheckedChange={(checked) => onChange({ changesStack: checked === true })}
        label="It needs other secrets or volumes than the release before"
        hint="Its database’s password and its folder stay as they are."
      />
      {changesStack ? (
        <>
          <Field
            label="Secrets"
            why="Files the app finds them in, one a line. Each environment needs a value of its own."
            error={problemAt(fields, "stack.secrets")}
            optional
          >
            <Textarea
              value={secrets}
              onChange={({ target }) => onChange({ secrets: target.value })}
              spellCheck={false}
              className="font-mono text-sm"
            />
          </Field>
          <fieldset className="grid gap-2">
            <legend className="pb-1 font-medium">Volumes</legend>
            <Rows
              path="stack.volumes"
              rows={volumes}
              onChange={(next) => onChange({ volumes: next })}
              fresh={blankVolume}
              noun="volume"
              max={VOLUMES_MAX}
            >
              {(row, path, change) => (
                <div className="grid gap-3 sm:grid-cols-2">
                  <TextField
                    label="Name"
                    value={row.name}
                    onChange={(name) => change({ name })}
                    mono
                    placeholder="uploads"
                    error={fields[`${path}.name`]}
                  />
                  <TextField
                    label="Path in the container"
                    value={row.target}
                    onChange={(target) => change({ target })}
                    mono
                    placeholder="/data/uploads"
                    error={fields[`${path}.target`]}
                  />
                  <Checkbox
                    checked={row.readOnly}
                    onCheckedChange={(checked) => change({ readOnly: checked === true })}
                    label="Read only"
                  />
                </div>
              )}
            </Rows>
            {fields["stack.volumes"] ? (
              <p role="alert" className="text-failed text-sm">
                {fields["stack.volumes"]}
              </p>
            ) : null}
          </fieldset>
        </>
      ) : null}
    </div>
  );
}
