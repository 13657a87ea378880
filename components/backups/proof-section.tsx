"use client";

import type { SourceKind } from "#lib/backups/constants.ts";
import { Checkbox } from "../ui/checkbox.tsx";
import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { Textarea } from "../ui/textarea.tsx";
import type { SmokeDraft } from "./policy-draft.ts";
import type { SectionProps } from "./policy-sections.ts";
import { Section } from "./section.tsx";
import { TextField } from "./text-field.tsx";
import { WhenFields } from "./when-fields.tsx";

interface ProofSectionProps extends SectionProps {
  kind: SourceKind;
}

/** How it is known that it can be brought back. */
export function ProofSection({ draft, change, problem, kind }: ProofSectionProps) {
  return (
    <Section
      title="How it is proven"
      note="Every backup is read back and unpacked. Restoring it and counting every row is what makes it provably restorable."
    >
      <Checkbox
        checked={draft.restoreEach}
        onCheckedChange={(checked) => change({ restoreEach: checked === true })}
        label="Restore each one after it was taken"
        hint="Into a throw-away server without network. For very large data, restore on a schedule instead."
      />
      <WhenFields
        label="Also restore the newest"
        why="Again, to know that it still works."
        when={draft.verifyWhen}
        onChange={(verifyWhen) => change({ verifyWhen })}
        never="Not on a schedule"
        error={problem("verification.cron")}
      />
      {draft.verifyWhen.preset === "never" ? null : (
        <Checkbox
          checked={draft.randomOlder}
          onCheckedChange={(checked) => change({ randomOlder: checked === true })}
          label="And a random older one each time"
          hint="Finds what went bad in the target since."
        />
      )}
      <SmokeFields smoke={draft.smoke} onChange={(smoke) => change({ smoke })} problem={problem} kind={kind} />
    </Section>
  );
}

interface SmokeFieldsProps {
  smoke: SmokeDraft;
  onChange: (smoke: SmokeDraft) => void;
  problem: (path: string) => string | undefined;
  kind: SourceKind;
}

const ASKABLE: readonly SourceKind[] = ["mariadb", "mysql", "postgresql", "panel"];

/** One question to the restored copy, so that it is known to be of use and not only complete. */
function SmokeFields({ smoke, onChange, problem, kind }: SmokeFieldsProps) {
  const set = (fields: Partial<SmokeDraft>) => onChange({ ...smoke, ...fields });
  if (!ASKABLE.includes(kind) && smoke.kind === "none") return null;
  const at = "verification.smoke";
  return (
    <>
      <Field
        label="Then ask the copy something"
        why="Rows can be complete and the app still not start."
        error={problem(`${at}.kind`)}
        className="sm:max-w-96"
      >
        <Select value={smoke.kind} onChange={({ target }) => set({ kind: target.value as SmokeDraft["kind"] })}>
          <option value="none">Nothing</option>
          <option value="query">A query of the database</option>
          {kind === "panel" ? null : <option value="http">A page of the app, started on the copy</option>}
        </Select>
      </Field>
      {smoke.kind === "query" ? (
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Query" why="One statement that reads." error={problem(`${at}.sql`)} className="content-start">
            <Textarea
              value={smoke.sql}
              onChange={({ target }) => set({ sql: target.value })}
              placeholder="SELECT COUNT(*) FROM users WHERE role = 'admin'"
              spellCheck={false}
              className="font-mono text-sm"
            />
          </Field>
          <TextField
            label="First value is"
            why="Empty: any row will do."
            value={smoke.expect}
            onChange={(expect) => set({ expect })}
            mono
            optional
            error={problem(`${at}.expect`)}
          />
        </div>
      ) : null}
      {smoke.kind === "http" ? (
        <div className="grid gap-4 sm:grid-cols-3">
          <TextField
            label="Path"
            value={smoke.path}
            onChange={(path) => set({ path })}
            mono
            error={problem(`${at}.path`)}
          />
          <TextField
            label="Port inside"
            value={smoke.port}
            onChange={(port) => set({ port })}
            inputMode="numeric"
            error={problem(`${at}.port`)}
          />
          <TextField
            label="Answers with"
            value={smoke.status}
            onChange={(status) => set({ status })}
            inputMode="numeric"
            error={problem(`${at}.status`)}
          />
        </div>
      ) : null}
    </>
  );
}
