"use client";

import { Tabs } from "radix-ui";
import type { CertificateView } from "#lib/certificates/types.ts";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { type Instruction, instructionsFor } from "./instructions.ts";

/** How to use the files, server by server. */
export function InstructionsCard({ certificate }: { certificate: CertificateView }) {
  if (!certificate.may.download) return null;
  const instructions = instructionsFor({ names: certificate.names, isCsr: certificate.keyType === "csr" });
  return (
    <Card>
      <CardHeader title="How to use it" note="File names are those of the downloads above." />
      <Tabs.Root defaultValue="nginx">
        <Tabs.List
          aria-label="Server"
          className="flex overflow-x-auto border-line border-b px-2 [scrollbar-width:none]"
        >
          {instructions.map((one) => (
            <Tabs.Trigger
              key={one.key}
              value={one.key}
              className="-mb-px shrink-0 border-transparent border-b-2 px-3 py-2 text-muted focus-visible:-outline-offset-2 hover:text-ink data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink"
            >
              {one.label}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {instructions.map((one) => (
          <Tabs.Content key={one.key} value={one.key} className="focus-visible:-outline-offset-2">
            <CardBody>
              <Steps instruction={one} />
            </CardBody>
          </Tabs.Content>
        ))}
      </Tabs.Root>
    </Card>
  );
}

function Steps({ instruction }: { instruction: Instruction }) {
  return (
    <ol className="grid list-decimal gap-4 pl-5 marker:text-muted">
      {instruction.steps.map((step) => (
        <li key={step.text} className="min-w-0 pl-1">
          <p className="break-words">{step.text}</p>
          {step.code ? <Code code={step.code} file={step.file} /> : null}
        </li>
      ))}
    </ol>
  );
}

function Code({ code, file }: { code: string; file: string | undefined }) {
  return (
    <figure className="mt-1.5 overflow-hidden rounded-md border border-line bg-sunken">
      <figcaption className="flex items-center gap-2 border-line border-b py-0.5 pr-1 pl-3 text-muted text-xs">
        <span className="min-w-0 flex-1 truncate">{file ?? "shell"}</span>
        <CopyButton text={code} label={file ? `Copy ${file}` : "Copy the command"} />
      </figcaption>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
        tabIndex={0}
        className="overflow-x-auto p-3 text-xs leading-relaxed focus-visible:-outline-offset-2"
      >
        <code>{code}</code>
      </pre>
    </figure>
  );
}
