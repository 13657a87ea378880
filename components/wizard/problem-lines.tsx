"use client";

import { CircleAlert } from "lucide-react";
import { useProblems } from "./problems-context.tsx";

/** What is wrong at a path, for what is not a field of one control. */
export function ProblemLines({ path }: { path: string }) {
  const { error, warning } = useProblems();
  const [wrong, known] = [error(path), warning(path)];
  return (
    <>
      {wrong ? (
        <p role="alert" className="flex items-start gap-1.5 text-failed text-sm">
          <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" /> {wrong}
        </p>
      ) : null}
      {known ? (
        <p role="status" className="flex items-start gap-1.5 text-person text-sm">
          <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" /> {known}
        </p>
      ) : null}
    </>
  );
}
