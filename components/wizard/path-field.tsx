"use client";

import type { ReactNode } from "react";
import { cn } from "../ui/cn.ts";
import { Field } from "../ui/field.tsx";
import { useProblems } from "./problems-context.tsx";

interface PathFieldProps {
  /** Within the group, such as `ports.0.container`: what is wrong with it shows here. */
  path: string;
  label: string;
  why?: ReactNode;
  required?: boolean;
  optional?: boolean;
  /** One cell of a row: a small label. */
  small?: boolean;
  /** In a line of fields whose labels, reasons and controls stand level. */
  level?: boolean;
  className?: string;
  children: ReactNode;
}

/** A field that finds its own problems by its path. */
export function PathField({ path, label, small, level, className, children, ...rest }: PathFieldProps) {
  const { error, warning } = useProblems();
  return (
    <div data-path={path} className={cn(level && "row-span-4 grid grid-rows-subgrid", className)}>
      <Field
        {...rest}
        label={small ? <span className="font-normal text-muted text-xs">{label}</span> : label}
        error={error(path)}
        warning={warning(path)}
        className={cn(level && "row-span-4 grid-rows-subgrid", small && "gap-0.5")}
      >
        {children}
      </Field>
    </div>
  );
}
