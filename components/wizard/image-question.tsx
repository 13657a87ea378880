"use client";

import { parseImageReference } from "#lib/services/schema/image-reference.ts";
import { MonoInput } from "./mono-input.tsx";
import type { QuestionProps } from "./question-props.ts";

/** An image's name, and below it how the engine will read what was typed. */
export function ImageQuestion(props: QuestionProps) {
  const parsed = parseImageReference(String(props.value ?? "").trim());
  return (
    <div className="grid gap-1">
      <MonoInput {...props} />
      {parsed.ok ? (
        <p className="flex flex-wrap gap-x-4 text-muted text-sm">
          <Part name="registry" value={parsed.image.registry} />
          <Part name="repository" value={parsed.image.repository} />
          <Part name="tag" value={parsed.image.tag ?? (parsed.image.digest ? "none" : "latest")} />
          {parsed.image.digest ? <Part name="digest" value={`${parsed.image.digest.slice(0, 19)}…`} /> : null}
        </p>
      ) : null}
    </div>
  );
}

const Part = ({ name, value }: { name: string; value: string }) => (
  <span>
    {name} <span className="break-all font-mono text-ink">{value}</span>
  </span>
);
