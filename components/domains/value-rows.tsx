"use client";

import { Plus, X } from "lucide-react";
import { useRef } from "react";
import { flushSync } from "react-dom";
import { VALUES_MAX } from "#lib/dns/constants.ts";
import { Button } from "../ui/button.tsx";
import { cn } from "../ui/cn.ts";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { freshRow, type Part, typeForm } from "./record-parts.ts";

interface ValueRowsProps {
  type: string;
  rows: string[][];
  onChange: (rows: string[][]) => void;
  /** What is wrong, by the number of the line. */
  problems: Record<number, string | undefined>;
  warnings: Record<number, string | undefined>;
}

/** A record's values, one line each, asked for in the parts its type has. */
export function ValueRows({ type, rows, onChange, problems, warnings }: ValueRowsProps) {
  const form = typeForm(type);
  const list = useRef<HTMLDivElement>(null);
  const adder = useRef<HTMLButtonElement>(null);

  function add() {
    flushSync(() => onChange([...rows, freshRow(type)]));
    list.current?.querySelector<HTMLElement>("fieldset:last-of-type :is(input, textarea)")?.focus();
  }
  function remove(at: number) {
    flushSync(() => onChange(rows.filter((_, index) => index !== at)));
    adder.current?.focus();
  }
  const change = (at: number, part: number, text: string) =>
    onChange(
      rows.map((row, index) => (index === at ? form.parts.map((_, i) => (i === part ? text : (row[i] ?? ""))) : row)),
    );

  return (
    <div className="grid justify-items-start gap-3">
      <div ref={list} className="grid w-full gap-3">
        {rows.map((row, at) => (
          <fieldset
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its place, as its problems are
            key={at}
            aria-label={rows.length > 1 ? `${form.noun} ${at + 1}` : undefined}
            className="flex min-w-0 items-start gap-2"
          >
            <div className={cn("grid min-w-0 flex-1 items-start gap-2", layoutOf(form.parts.length))}>
              {form.parts.map((part, index) => (
                <PartField
                  key={part.label}
                  type={type}
                  part={part}
                  value={row[index] ?? ""}
                  onChange={(text) => change(at, index, text)}
                  // The last part is nearly always the one that is wrong, and has the room to say so.
                  problem={index === form.parts.length - 1 ? problems[at] : undefined}
                  warning={index === form.parts.length - 1 ? warnings[at] : undefined}
                  isFirst={at === 0}
                />
              ))}
            </div>
            {rows.length > 1 ? (
              <Button
                variant="ghost"
                size="icon"
                className={at === 0 ? "mt-6" : "mt-6 sm:mt-1"}
                aria-label={`Remove ${form.noun} ${at + 1}`}
                onClick={() => remove(at)}
              >
                <X aria-hidden />
              </Button>
            ) : null}
          </fieldset>
        ))}
      </div>
      {form.single ? null : (
        <Button ref={adder} size="sm" onClick={add} disabled={rows.length >= VALUES_MAX}>
          <Plus aria-hidden /> Add another {form.noun}
        </Button>
      )}
    </div>
  );
}

const layoutOf = (parts: number) =>
  parts === 2
    ? "sm:grid-cols-[6rem_minmax(0,1fr)]"
    : parts === 3
      ? "sm:grid-cols-[4rem_15rem_minmax(0,1fr)]"
      : parts === 4
        ? "grid-cols-3 *:last:col-span-3 sm:grid-cols-[5rem_5rem_5rem_minmax(0,1fr)] sm:*:last:col-span-1"
        : "";

interface PartFieldProps {
  type: string;
  part: Part;
  value: string;
  onChange: (text: string) => void;
  problem: string | undefined;
  warning: string | undefined;
  /** Of the first line: the others stand below its labels where there is room for columns. */
  isFirst: boolean;
}

function PartField({ type, part, value, onChange, problem, warning, isFirst }: PartFieldProps) {
  return (
    <Field
      label={<span className={isFirst ? undefined : "sm:sr-only"}>{part.label}</span>}
      error={problem}
      warning={problem ? undefined : warning}
      required
    >
      {part.options ? (
        <Select value={value} onChange={(event) => onChange(event.target.value)}>
          {part.options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </Select>
      ) : type === "TXT" ? (
        <>
          <Textarea
            value={value}
            onChange={(event) => onChange(event.target.value)}
            placeholder={part.placeholder}
            spellCheck={false}
            className="break-all font-mono text-sm"
          />
          <TextLength text={value} />
        </>
      ) : (
        <Input
          value={value}
          onChange={(event) => onChange(event.target.value)}
          placeholder={part.placeholder}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          inputMode={part.numeric ? "numeric" : undefined}
          className={part.numeric ? "tabular-nums" : "font-mono text-sm"}
        />
      )}
    </Field>
  );
}

const STRING_BYTES = 255;

/** How long a text is on the wire, and that a long one is cut into strings for it. */
function TextLength({ text }: { text: string }) {
  const bytes = new TextEncoder().encode(text).length;
  const strings = Math.ceil(bytes / STRING_BYTES);
  return (
    <p className="text-muted text-xs tabular-nums">
      {bytes} {bytes === 1 ? "byte" : "bytes"}
      {strings > 1 ? `, sent as ${strings} strings of at most ${STRING_BYTES}; readers join them again` : null}
    </p>
  );
}
