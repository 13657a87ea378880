"use client";

import { FileUp } from "lucide-react";
import { useRef } from "react";
import { TextField } from "../backups/text-field.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { Rows } from "../wizard/rows.tsx";
import { addFiles, blankMigration, type MigrationDraft } from "./release-draft.ts";

interface MigrationFieldsProps {
  rows: MigrationDraft[];
  onChange: (rows: MigrationDraft[]) => void;
  /** Messages by the API's field names. */
  fields: Record<string, string>;
}

const MIGRATIONS_MAX = 100;

/** Migrations in their order: typed, or taken from files. Those of the release before are folded. */
export function MigrationFields({ rows, onChange, fields }: MigrationFieldsProps) {
  return (
    <div className="grid gap-3">
      <Rows
        path="migrations"
        rows={rows}
        onChange={onChange}
        fresh={blankMigration}
        noun="migration"
        max={MIGRATIONS_MAX}
      >
        {(row, path, change) =>
          row.isEarlier && !fields[`${path}.id`] && !fields[`${path}.sql`] ? (
            <EarlierMigration migration={row} />
          ) : (
            <div className="grid gap-3">
              <TextField
                label="Name"
                value={row.id}
                onChange={(id) => change({ id })}
                mono
                placeholder="0007_add_labels"
                error={fields[`${path}.id`]}
                fieldClassName="sm:max-w-96"
              />
              <Field label="SQL" error={fields[`${path}.sql`]}>
                <Textarea
                  value={row.sql}
                  onChange={({ target }) => change({ sql: target.value })}
                  spellCheck={false}
                  className="max-h-80 font-mono text-sm"
                />
              </Field>
            </div>
          )
        }
      </Rows>
      <FilesButton onFiles={(files) => onChange(addFiles(rows, files))} />
    </div>
  );
}

function EarlierMigration({ migration }: { migration: MigrationDraft }) {
  return (
    <details>
      <summary className="py-0.5">
        <code className="break-all">{migration.id}</code>{" "}
        <span className="text-muted text-sm">from the release before; runs only where it has not yet</span>
      </summary>
      <pre className="mt-2 max-h-64 overflow-auto rounded-md bg-sunken p-2 font-mono text-xs">{migration.sql}</pre>
    </details>
  );
}

function FilesButton({ onFiles }: { onFiles: (files: { name: string; text: string }[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  async function take(list: FileList | null) {
    const files = await Promise.all(
      [...(list ?? [])].map(async (file) => ({ name: file.name, text: await file.text() })),
    );
    if (files.length > 0) onFiles(files);
    if (input.current) input.current.value = "";
  }
  return (
    <div>
      <Button size="sm" onClick={() => input.current?.click()}>
        <FileUp aria-hidden /> Take .sql files…
      </Button>
      <input
        ref={input}
        type="file"
        accept=".sql,text/plain"
        multiple
        tabIndex={-1}
        aria-label="Files with migrations"
        className="sr-only"
        onChange={({ target }) => void take(target.files)}
      />
    </div>
  );
}
