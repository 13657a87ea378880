"use client";

import { isFileKind, SOURCE_KINDS, type SourceKind } from "#lib/backups/constants.ts";
import { Checkbox } from "../ui/checkbox.tsx";
import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { Textarea } from "../ui/textarea.tsx";
import type { SourceDraft } from "./source-draft.ts";
import { TextField } from "./text-field.tsx";
import { SOURCE_WORDS } from "./words.ts";

interface SourceFieldsProps {
  source: SourceDraft;
  onChange: (source: SourceDraft) => void;
  problem: (path: string) => string | undefined;
  /** Only administrators may back up the panel itself. */
  kinds?: readonly SourceKind[];
}

type TextKey = { [K in keyof SourceDraft]: SourceDraft[K] extends string ? K : never }[keyof SourceDraft];
type Line = { key: TextKey; label: string; why: string; optional?: boolean };

const IN_STACK: Line[] = [
  { key: "stackName", label: "Stack", why: "As docker stack ls names it." },
  { key: "swarmService", label: "Service in the swarm", why: "Whose container has the data." },
];
const ROOT: Line = {
  ...{ key: "rootPasswordSecret", label: "Secret with the root password", optional: true },
  why: "Reads what the user may not: routines, triggers.",
};
const SECRET_WHY = "Its name in the panel, never the password itself.";
const SQL: Line[] = [
  ...IN_STACK,
  { key: "databaseName", label: "Database", why: "Only this one is dumped." },
  { key: "userName", label: "User", why: "The database is restored as owned by this user." },
  { key: "passwordSecret", label: "Secret with the password", why: SECRET_WHY },
];
const MONGODB: Line[] = [
  ...IN_STACK,
  { key: "databaseName", label: "Database", why: "Empty: all of them.", optional: true },
  { key: "userName", label: "User", why: "Empty: it asks for none.", optional: true },
  { key: "passwordSecret", label: "Secret with the password", why: SECRET_WHY, optional: true },
];
const LINES: Record<SourceKind, Line[]> = {
  mariadb: [...SQL, ROOT],
  mysql: [...SQL, ROOT],
  postgresql: SQL,
  mongodb: MONGODB,
  redis: [...IN_STACK, { key: "passwordSecret", label: "Secret with the password", why: SECRET_WHY, optional: true }],
  files: [{ key: "path", label: "Folder", why: "An absolute path on the worker’s node." }],
  volume: [{ key: "volumeName", label: "Volume", why: "As docker volume ls names it." }],
  panel: [],
};

/** What is backed up, by hand: each kind asks for what it needs. */
export function SourceFields({ source, onChange, problem, kinds = SOURCE_KINDS }: SourceFieldsProps) {
  const set = (fields: Partial<SourceDraft>) => onChange({ ...source, ...fields });
  const { kind } = source;
  return (
    <>
      <Field label="What is it?" error={problem("source.kind")} className="sm:max-w-80">
        <Select value={kind} onChange={({ target }) => set({ kind: target.value as SourceKind })}>
          {kinds.map((one) => (
            <option key={one} value={one}>
              {SOURCE_WORDS[one]}
            </option>
          ))}
        </Select>
      </Field>
      {LINES[kind].length > 0 ? (
        <div className="grid gap-4 sm:grid-cols-2">
          {LINES[kind].map(({ key, ...line }) => (
            <TextField
              key={key}
              {...line}
              mono
              value={source[key]}
              onChange={(text) => set({ [key]: text })}
              error={problem(`source.${key}`)}
            />
          ))}
        </div>
      ) : null}
      {kind === "mongodb" ? (
        <Checkbox
          checked={source.oplog}
          onCheckedChange={(checked) => set({ oplog: checked === true })}
          label="Also what is written meanwhile (--oplog)"
          hint="Makes all databases of a replica set one moment. Only with no database named above."
        />
      ) : null}
      {isFileKind(kind) ? (
        <Field
          label="Leave out"
          why="One pattern a line, as tar takes them: cache, *.tmp, ./uploads/previews."
          error={problem("source.exclude")}
          optional
        >
          <Textarea
            value={source.exclude}
            onChange={({ target }) => set({ exclude: target.value })}
            spellCheck={false}
            className="font-mono text-sm"
          />
        </Field>
      ) : null}
      {kind === "panel" ? (
        <p className="text-muted">
          The panel’s database. Its keys are put in too, but only when the backup is encrypted: without a key in
          “Encrypt for” below, keep them elsewhere.
        </p>
      ) : null}
    </>
  );
}
