"use client";

import { useState } from "react";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { TTL_PRESETS } from "./ttl.ts";

interface TtlFieldProps {
  /** As it was typed: what is no number the server refuses. */
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}

/** How long others may keep the answer: a few usual spans, or any. */
export function TtlField({ value, onChange, error }: TtlFieldProps) {
  const [isOther, setIsOther] = useState(!TTL_PRESETS.some((preset) => String(preset.seconds) === value));
  const pick = (choice: string) => {
    setIsOther(choice === "other");
    if (choice !== "other") onChange(choice);
  };
  return (
    <div className="grid gap-2 sm:grid-cols-2">
      <Field
        label="Keep the answer for"
        why="Resolvers ask again after this (TTL). Short before a move, long when it rests."
        error={isOther ? undefined : error}
        className="sm:col-span-2"
      >
        <Select
          value={isOther ? "other" : value}
          onChange={(event) => pick(event.target.value)}
          className="sm:max-w-72"
        >
          {TTL_PRESETS.map(({ seconds, label }) => (
            <option key={seconds} value={seconds}>
              {label}
            </option>
          ))}
          <option value="other">Another time</option>
        </Select>
      </Field>
      {isOther ? (
        <Field label="Seconds" error={error} className="sm:max-w-72">
          <Input
            value={value}
            onChange={(event) => onChange(event.target.value)}
            inputMode="numeric"
            autoComplete="off"
            className="tabular-nums"
          />
        </Field>
      ) : null}
    </div>
  );
}
