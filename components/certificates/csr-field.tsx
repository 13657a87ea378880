"use client";

import { FileUp } from "lucide-react";
import { useRef } from "react";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Textarea } from "../ui/textarea.tsx";

const BYTES_MAX = 20_000;

interface CsrFieldProps {
  value: string;
  onChange: (text: string) => void;
  error: string | undefined;
  /** Names that the example asks for. */
  example: readonly string[];
}

/** A certificate request, chosen as a file or pasted; the names are read from it. */
export function CsrField({ value, onChange, error, example }: CsrFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  async function choose(file: File | undefined) {
    if (file) onChange(await file.slice(0, BYTES_MAX).text());
    if (input.current) input.current.value = "";
  }
  const san = example.map((name) => `DNS:${name}`).join(",");
  return (
    <div className="grid justify-items-start gap-2">
      <Field
        label="Certificate request"
        why="The PEM file that begins with BEGIN CERTIFICATE REQUEST. The names are read from it; your key stays with you."
        error={error}
        required
        className="w-full"
      >
        <Textarea
          value={value}
          onChange={(event) => onChange(event.target.value)}
          placeholder="-----BEGIN CERTIFICATE REQUEST-----"
          spellCheck={false}
          autoComplete="off"
          className="max-h-72 min-h-32 font-mono text-xs"
        />
      </Field>
      <Button size="sm" onClick={() => input.current?.click()}>
        <FileUp aria-hidden /> Choose a file
      </Button>
      <input
        ref={input}
        type="file"
        tabIndex={-1}
        aria-label="File with the certificate request"
        accept=".csr,.pem,.req,.txt,application/pkcs10"
        className="sr-only"
        onChange={(event) => void choose(event.target.files?.[0])}
      />
      <details className="w-full min-w-0 text-sm">
        <summary className="w-fit text-muted">How to make one</summary>
        <pre className="mt-1 overflow-x-auto whitespace-pre-wrap break-all rounded-md border border-line bg-sunken p-3 text-xs">
          {`openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \\
  -keyout your.key.pem -out your.csr.pem -subj / \\
  -addext "subjectAltName=${san}"`}
        </pre>
      </details>
    </div>
  );
}
