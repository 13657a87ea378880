import { isDatabaseKind } from "#lib/backups/constants.ts";
import type { BackupPoint } from "#lib/backups/types.ts";
import { Field } from "../ui/field.tsx";
import { Radio, RadioGroup } from "../ui/radio-group.tsx";
import { Select } from "../ui/select.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { problemAt } from "./find-problems.ts";
import { PartPicker } from "./part-picker.tsx";
import { databaseOf, databasesOf, type RestoreDraft } from "./restore-draft.ts";
import { Section } from "./section.tsx";

interface HowMuchProps {
  point: BackupPoint;
  draft: RestoreDraft;
  fields: Record<string, string>;
  onChange: (next: Partial<RestoreDraft>) => void;
}

/** Which of a point's databases comes back, and whether all of it. */
export function HowMuch({ point, draft, fields, onChange }: HowMuchProps) {
  const { engine, manifest } = point;
  if (engine === "volume" || !manifest) return null;
  const databases = databasesOf(point);
  const database = databaseOf(point, draft);
  const [piece, row] = engine === "mongodb" ? ["collection", "document"] : ["table", "row"];
  return (
    <Section title="How much">
      {databases.length > 1 ? (
        <Field
          label="Database"
          why="The backup holds all of a server. One at a time comes back."
          error={fields.database}
          className="sm:max-w-lg"
        >
          <Select value={draft.database} onChange={({ target }) => onChange({ database: target.value, tables: [] })}>
            <option value="">Choose a database</option>
            {databases.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
      ) : null}
      <RadioGroup
        aria-label="How much"
        value={draft.isPart ? "part" : "all"}
        onValueChange={(much) => onChange({ isPart: much === "part", ...(much === "part" ? { mode: "beside" } : {}) })}
      >
        <Radio value="all" label="All of it" />
        <Radio value="part" label={`Some ${isDatabaseKind(engine) ? `${piece}s` : "files or folders"}`} />
      </RadioGroup>
      {draft.isPart && isDatabaseKind(engine) ? (
        <PartPicker
          counts={
            database === undefined
              ? manifest.counts
              : Object.fromEntries(Object.entries(manifest.counts).filter(([name]) => name.startsWith(`${database}.`)))
          }
          piece={piece}
          row={row}
          chosen={draft.tables}
          onChange={(tables) => onChange({ tables })}
          error={problemAt(fields, "only")}
        />
      ) : null}
      {draft.isPart && !isDatabaseKind(engine) ? (
        <Field
          label="Paths"
          why="Below the folder, one a line, without a slash in front: uploads/2026, config.yml."
          error={problemAt(fields, "only")}
        >
          <Textarea
            value={draft.paths}
            onChange={({ target }) => onChange({ paths: target.value })}
            spellCheck={false}
            className="font-mono text-sm"
          />
        </Field>
      ) : null}
    </Section>
  );
}
