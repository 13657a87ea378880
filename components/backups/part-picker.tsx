"use client";

import { Search } from "lucide-react";
import { useId, useState } from "react";
import { sayTable } from "#lib/backups/format.ts";
import type { Manifest } from "#lib/backups/schema/manifest.ts";
import { formatCount } from "#lib/platform/format.ts";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { FieldGroup } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";

const SHOWN = 200;

interface PartPickerProps {
  /** Those that can be chosen. */
  counts: Manifest["counts"];
  /** What one of them is, and what it has many of. */
  piece: string;
  row: string;
  chosen: string[];
  onChange: (tables: string[]) => void;
  error?: string | undefined;
}

/** Tables or collections of the manifest, found by name. */
export function PartPicker({ counts, piece, row, chosen, onChange, error }: PartPickerProps) {
  const [text, setText] = useState("");
  const listId = useId();
  const find = `Find a ${piece}`;
  const tables = Object.entries(counts).sort(([a], [b]) => a.localeCompare(b));
  const found = tables.filter(([name]) => name.toLowerCase().includes(text.trim().toLowerCase()));
  const toggle = (name: string, wanted: boolean) =>
    onChange(wanted ? [...chosen, name] : chosen.filter((one) => one !== name));
  const foundNames = found.map(([name]) => name);
  return (
    <FieldGroup
      label={`${piece.charAt(0).toUpperCase()}${piece.slice(1)}s`}
      why={`${formatCount(tables.length)} to choose from, ${formatCount(chosen.length)} chosen. Each comes back whole.`}
      error={error}
    >
      <div className="grid grid-cols-1 gap-2">
        <div className="flex flex-wrap gap-2">
          <span className="relative min-w-0 flex-1 basis-52">
            <Search aria-hidden className="pointer-events-none absolute inset-y-0 left-2.5 my-auto size-4 text-muted" />
            <Input
              type="search"
              aria-label={find}
              aria-controls={listId}
              placeholder={find}
              value={text}
              onChange={({ target }) => setText(target.value)}
              className="pl-8"
            />
          </span>
          <Button size="sm" onClick={() => onChange([...new Set([...chosen, ...foundNames.slice(0, SHOWN)])])}>
            Choose all found
          </Button>
          <Button size="sm" disabled={chosen.length === 0} onClick={() => onChange([])}>
            Choose none
          </Button>
        </div>
        <ul id={listId} className="relative max-h-72 overflow-y-auto rounded-md border border-line">
          {found.slice(0, SHOWN).map(([name, [least, most]]) => (
            <li key={name} className="flex items-center gap-3 border-line border-b px-2.5 py-1 last:border-b-0">
              <span className="min-w-0 flex-1">
                <Checkbox
                  checked={chosen.includes(name)}
                  onCheckedChange={(checked) => toggle(name, checked === true)}
                  label={<span className="break-all font-mono text-sm">{sayTable(name)}</span>}
                />
              </span>
              <span className="whitespace-nowrap text-muted text-sm tabular-nums">
                {least === most ? formatCount(most) : `${formatCount(least)}–${formatCount(most)}`} {row}
                {most === 1 ? "" : "s"}
              </span>
            </li>
          ))}
          {found.length === 0 ? <li className="px-2.5 py-3 text-muted">None of that name.</li> : null}
          {found.length > SHOWN ? (
            <li className="px-2.5 py-2 text-muted text-sm">
              {formatCount(found.length - SHOWN)} more: type a part of the name.
            </li>
          ) : null}
        </ul>
      </div>
    </FieldGroup>
  );
}
