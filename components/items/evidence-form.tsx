"use client";

import { type FormEvent, useState } from "react";
import { EVIDENCE_FILE_MAX_BYTES } from "#lib/runs/constants.ts";
import { ApiError } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { readBase64 } from "./read-base64.ts";
import type { ItemActs } from "./use-item-acts.ts";

type Kind = "link" | "file";

interface EvidenceFormProps {
  kind: Kind;
  onAdd: ItemActs["add"];
  onDone: () => void;
}

/** A link or a file that shows what was done. What was typed stays when it does not work. */
export function EvidenceForm({ kind, onAdd, onDone }: EvidenceFormProps) {
  const [text, setText] = useState("");
  const [file, setFile] = useState<File>();
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<string>();
  const isTooLarge = (file?.size ?? 0) > EVIDENCE_FILE_MAX_BYTES;

  async function submit(event: FormEvent) {
    event.preventDefault();
    setPending(true);
    setError(undefined);
    try {
      if (kind === "link") await onAdd({ kind, text });
      else if (file)
        await onAdd({
          ...{ kind, text, fileName: file.name, mediaType: file.type.slice(0, 100) },
          base64: await readBase64(file),
        });
      onDone();
    } catch (caught) {
      setError(
        caught instanceof ApiError
          ? (caught.fields.text ?? caught.fields.file ?? [caught.message, caught.advice].filter(Boolean).join(" "))
          : "The file could not be read. Choose it again.",
      );
    } finally {
      setPending(false);
    }
  }

  return (
    <form onSubmit={submit} className="grid gap-2 rounded-md border border-line bg-surface px-3 py-2.5" noValidate>
      {kind === "file" ? (
        <Field
          label="File"
          why="At most 10 MB. It is kept with its SHA-256."
          error={isTooLarge ? "Files may have 10 MB at most." : undefined}
          required
        >
          <Input type="file" onChange={(event) => setFile(event.target.files?.[0])} />
        </Field>
      ) : null}
      <Field
        label={kind === "link" ? "Address" : "What it shows"}
        error={error}
        required={kind === "link"}
        optional={kind === "file"}
      >
        <Input
          type={kind === "link" ? "url" : "text"}
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder={kind === "link" ? "https://" : undefined}
          maxLength={2000}
        />
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" size="sm" pending={pending} disabled={kind === "file" && (!file || isTooLarge)}>
          {kind === "link" ? "Add the link" : "Add the file"}
        </Button>
        <Button size="sm" variant="ghost" disabled={pending} onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
