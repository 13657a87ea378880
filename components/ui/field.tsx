"use client";

import { CircleAlert } from "lucide-react";
import { createContext, type ReactNode, use, useId } from "react";
import { cn } from "./cn.ts";

interface FieldControl {
  id: string;
  "aria-describedby"?: string;
  "aria-invalid"?: true;
  "aria-required"?: true;
}

const FieldContext = createContext<FieldControl | null>(null);

/** What a control inside a Field wears: its id, and the ids of the lines that describe it. Its own props win. */
export function useFieldControl(): Partial<FieldControl> {
  return use(FieldContext) ?? {};
}

interface FieldProps {
  label: ReactNode;
  /** Why it is asked, in one line. */
  why?: ReactNode;
  error?: string | undefined;
  /** Something to know that does not stop the reader. */
  warning?: ReactNode;
  required?: boolean;
  optional?: boolean;
  className?: string;
  children: ReactNode;
}

/** Label, why-line, control, and what is wrong beside it. The control inside finds its id and descriptions by itself. */
export function Field({ label, why, error, warning, required, optional, className, children }: FieldProps) {
  const id = useId();
  const describedBy = [why && `${id}-why`, error && `${id}-error`, warning && `${id}-warning`]
    .filter(Boolean)
    .join(" ");
  const control: FieldControl = {
    id,
    ...(describedBy ? { "aria-describedby": describedBy } : {}),
    ...(error ? { "aria-invalid": true } : {}),
    ...(required ? { "aria-required": true } : {}),
  };
  return (
    <div className={cn("grid gap-1", className)}>
      <label htmlFor={id} className="font-medium">
        {label} {optional ? <span className="font-normal text-muted text-xs">optional</span> : null}
      </label>
      {why ? (
        <p id={`${id}-why`} className="text-muted text-sm">
          {why}
        </p>
      ) : null}
      <FieldContext value={control}>{children}</FieldContext>
      <FieldError id={`${id}-error`} message={error} />
      <FieldWarning id={`${id}-warning`}>{warning}</FieldWarning>
    </div>
  );
}

interface FieldGroupProps extends Omit<FieldProps, "required"> {
  required?: boolean;
}

/** The same for several controls that answer one question: a set of radios or checkboxes. */
export function FieldGroup({ label, why, error, warning, optional, className, children }: FieldGroupProps) {
  const id = useId();
  const describedBy = [why && `${id}-why`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <fieldset className={cn("grid min-w-0 grid-cols-1 gap-1", className)} aria-describedby={describedBy || undefined}>
      <legend className="font-medium">
        {label} {optional ? <span className="font-normal text-muted text-xs">optional</span> : null}
      </legend>
      {why ? (
        <p id={`${id}-why`} className="break-words text-muted text-sm">
          {why}
        </p>
      ) : null}
      <div className="pt-1">{children}</div>
      <FieldError id={`${id}-error`} message={error} />
      <FieldWarning id={`${id}-warning`}>{warning}</FieldWarning>
    </fieldset>
  );
}

function FieldError({ id, message }: { id: string; message: string | undefined }) {
  if (!message) return null;
  return (
    <p id={id} role="alert" className="flex items-start gap-1.5 text-failed text-sm">
      <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
      <span>{message}</span>
    </p>
  );
}

function FieldWarning({ id, children }: { id: string; children: ReactNode }) {
  if (!children) return null;
  return (
    <div id={id} role="status" className="flex items-start gap-1.5 text-person text-sm">
      <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
      <span>{children}</span>
    </div>
  );
}
