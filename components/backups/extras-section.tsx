"use client";

import type { SourceKind } from "#lib/backups/constants.ts";
import { Checkbox } from "../ui/checkbox.tsx";
import { Field } from "../ui/field.tsx";
import { Textarea } from "../ui/textarea.tsx";
import type { SectionProps } from "./policy-sections.ts";
import { Section } from "./section.tsx";
import { TextField } from "./text-field.tsx";

interface ExtrasSectionProps extends SectionProps {
  kind: SourceKind;
  /** An address is kept already; it is never shown again. */
  hasPing: boolean;
  dropPing: boolean;
  onDropPing: (drop: boolean) => void;
}

const MASKABLE: readonly SourceKind[] = ["mariadb", "mysql", "postgresql"];

/** Who else is told, and what is hidden before a copy leaves production. */
export function ExtrasSection(props: ExtrasSectionProps) {
  const { draft, change, problem, kind, hasPing, dropPing, onDropPing } = props;
  return (
    <Section title="Alerts and masking">
      <TextField
        label="Healthchecks address"
        why={
          hasPing
            ? "One is kept and not shown again. Type another to replace it."
            : "Told when a backup starts, succeeds and fails; it raises the alarm when it hears nothing, also when this panel is down."
        }
        value={draft.pingUrl}
        onChange={(pingUrl) => change({ pingUrl })}
        placeholder={hasPing ? "kept" : "https://hc-ping.com/…"}
        mono
        optional
        disabled={dropPing}
        error={problem("pingUrl")}
      />
      {hasPing ? (
        <Checkbox
          checked={dropPing}
          onCheckedChange={(checked) => onDropPing(checked === true)}
          label="Forget the kept address"
        />
      ) : null}
      {MASKABLE.includes(kind) ? (
        <Field
          label="Masking"
          why="SQL that is run on a copy before it reaches another environment: names, addresses, tokens. Unmasked rows never get there. Production goes nowhere else without it."
          error={problem("maskingSql")}
          optional
        >
          <Textarea
            value={draft.maskingSql}
            onChange={(event) => change({ maskingSql: event.target.value })}
            placeholder="UPDATE users SET email = CONCAT('user', id, '@example.org');"
            spellCheck={false}
            className="min-h-24 font-mono text-sm"
          />
        </Field>
      ) : null}
    </Section>
  );
}
