"use client";

import type { ComponentProps, ReactNode } from "react";
import { cn } from "../ui/cn.ts";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";

interface TextFieldProps extends Omit<ComponentProps<typeof Input>, "onChange" | "value"> {
  label: ReactNode;
  why?: ReactNode;
  error?: string | undefined;
  optional?: boolean;
  value: string;
  onChange: (text: string) => void;
  /** Names, paths and addresses, read letter by letter. */
  mono?: boolean;
  /** Behind the box: "minutes". */
  unit?: string;
  fieldClassName?: string;
}

/** A labelled line of text, with what is wrong below it. */
export function TextField(props: TextFieldProps) {
  const { label, why, error, optional, value, onChange, mono, unit, fieldClassName, className, ...input } = props;
  const box = (
    <Input
      autoComplete="off"
      spellCheck={mono ? false : undefined}
      {...input}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className={cn(mono && "font-mono text-sm", unit && "max-w-24", className)}
    />
  );
  return (
    <Field
      label={label}
      why={why}
      error={error}
      optional={optional ?? false}
      className={cn("content-start", fieldClassName)}
    >
      {unit ? (
        <span className="flex items-center gap-2">
          {box}
          <span className="text-muted text-sm">{unit}</span>
        </span>
      ) : (
        box
      )}
    </Field>
  );
}
