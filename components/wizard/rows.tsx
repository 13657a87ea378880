"use client";

import { Plus, X } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { flushSync } from "react-dom";
import { Button } from "../ui/button.tsx";

interface RowsProps<T> {
  /** The list's path within the group. */
  path: string;
  rows: readonly T[];
  onChange: (rows: T[]) => void;
  /** What a new line starts from. */
  fresh: () => T;
  /** What one line is: "port". */
  noun: string;
  max: number;
  onRemove?: (row: T) => void;
  children: (row: T, path: string, change: (fields: Partial<T>) => void) => ReactNode;
}

const CONTROLS = "input, select, textarea, button[role=combobox]";

/** A small editable list: each line a group of its own for the keyboard and for those who listen. */
export function Rows<T>({ path, rows, onChange, fresh, noun, max, onRemove, children }: RowsProps<T>) {
  const list = useRef<HTMLUListElement>(null);
  const adder = useRef<HTMLButtonElement>(null);

  function add() {
    flushSync(() => onChange([...rows, fresh()]));
    list.current?.querySelector<HTMLElement>(`:scope > :last-child :is(${CONTROLS})`)?.focus();
  }

  function remove(index: number) {
    const gone = rows[index];
    flushSync(() => onChange(rows.filter((_, at) => at !== index)));
    if (gone !== undefined) onRemove?.(gone);
    adder.current?.focus();
  }

  const label = noun.charAt(0).toUpperCase() + noun.slice(1);
  return (
    <div className="grid justify-items-start gap-2">
      {rows.length > 0 ? (
        <ul ref={list} className="grid w-full divide-y divide-line rounded-md border border-line">
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its place, as its problems are
            <li key={index}>
              <fieldset aria-label={`${label} ${index + 1}`} className="flex min-w-0 items-start gap-2 p-2.5">
                <div className="min-w-0 flex-1">
                  {children(row, `${path}.${index}`, (fields) =>
                    onChange(rows.map((one, at) => (at === index ? { ...one, ...fields } : one))),
                  )}
                </div>
                <Button
                  variant="ghost"
                  size="icon-sm"
                  aria-label={`Remove ${noun} ${index + 1}`}
                  onClick={() => remove(index)}
                >
                  <X aria-hidden />
                </Button>
              </fieldset>
            </li>
          ))}
        </ul>
      ) : null}
      <Button ref={adder} size="sm" onClick={add} disabled={rows.length >= max}>
        <Plus aria-hidden /> Add {/^[aeiou]/.test(noun) ? "an" : "a"} {noun}
      </Button>
    </div>
  );
}
