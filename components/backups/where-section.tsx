"use client";

import Link from "next/link";
import { COMPRESSIONS, type Compression } from "#lib/backups/constants.ts";
import type { TargetView } from "#lib/backups/types.ts";
import { Callout } from "../ui/callout.tsx";
import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { readLines } from "./find-problems.ts";
import type { SectionProps } from "./policy-sections.ts";
import { Section } from "./section.tsx";
import { TextField } from "./text-field.tsx";
import { COMPRESSION_WORDS, namePlace, TARGET_WORDS } from "./words.ts";

interface WhereSectionProps extends SectionProps {
  targets: TargetView[];
}

/** Where it goes, how it is packed, and who can read it there. */
export function WhereSection({ draft, change, problem, targets }: WhereSectionProps) {
  const target = targets.find((one) => one.id === draft.targetId);
  const isEncrypted = readLines(draft.recipients).length > 0;
  return (
    <Section title="Where to" note="What was stored before stays where it is; only new backups go to another target.">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Target"
          why={target ? namePlace(target.config) : "A disk, a bucket or an SSH server."}
          error={problem("targetId")}
          warning={
            target?.state === "failing" ? (
              <>
                Its last check failed.{" "}
                <Link href={`/backups/targets/${target.id}`} className="underline">
                  See why
                </Link>
              </>
            ) : undefined
          }
          className="content-start"
        >
          <Select value={draft.targetId} onChange={(event) => change({ targetId: event.target.value })}>
            {target ? null : <option value="">Choose</option>}
            {targets.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name} ({TARGET_WORDS[one.config.kind]})
              </option>
            ))}
          </Select>
        </Field>
        <Field
          label="Compression"
          why="Done where the data is, before it travels."
          error={problem("compression")}
          className="content-start"
        >
          <Select
            value={draft.compression}
            onChange={(event) => change({ compression: event.target.value as Compression })}
          >
            {COMPRESSIONS.map((one) => (
              <option key={one} value={one}>
                {COMPRESSION_WORDS[one]}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <Field
        label="Encrypt for"
        why={
          <>
            Public keys of <code>age</code>, one a line; make a pair with <code>age-keygen</code> on another machine.
            Only who has one of the private keys can read the backup, not the target and not a thief of the server.
          </>
        }
        error={problem("recipients")}
        optional
      >
        <Textarea
          value={draft.recipients}
          onChange={(event) => change({ recipients: event.target.value })}
          placeholder="age1…"
          spellCheck={false}
          className="font-mono text-sm"
        />
      </Field>
      {isEncrypted ? (
        <Callout tone="warning" title="A lost private key is a lost backup">
          The panel cannot restore it for its proof unless the setting BACKUP_AGE_IDENTITY gives it one of the private
          keys. Without it, the stored bytes are checked, and whoever restores is asked for a key.
        </Callout>
      ) : null}
      {target?.config.kind === "s3" || Number(draft.lockDays) > 0 ? (
        <TextField
          label="Object Lock"
          why="For so many days nobody can delete a backup, the panel and its administrators included. The bucket must have Object Lock turned on. 0: not used."
          value={draft.lockDays}
          onChange={(lockDays) => change({ lockDays })}
          inputMode="numeric"
          unit="days"
          error={problem("lockDays")}
        />
      ) : null}
    </Section>
  );
}
