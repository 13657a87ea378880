"use client";

import type { ComponentProps } from "react";
import { Input } from "../ui/input.tsx";
import { readNumber, settleNumber, showNumber } from "./number-text.ts";

interface NumberInputProps extends Omit<ComponentProps<"input">, "value" | "onChange" | "type"> {
  value: unknown;
  onChange: (value: unknown) => void;
}

/** A number typed as text: no wheel that changes it, and a mistake stays to be seen. */
export function NumberInput({ value, onChange, ...props }: NumberInputProps) {
  return (
    <Input
      {...props}
      inputMode="decimal"
      autoComplete="off"
      value={showNumber(value)}
      onChange={(event) => onChange(readNumber(event.target.value))}
      onBlur={() => {
        const settled = settleNumber(value);
        if (settled !== value) onChange(settled);
      }}
    />
  );
}
