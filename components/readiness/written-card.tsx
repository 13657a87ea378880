"use client";

import { NotebookPen, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import type { WrittenKind } from "#lib/readiness/constants.ts";
import type { ReadinessView, WrittenView } from "#lib/readiness/types.ts";
import { api } from "../api-client.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { Select } from "../ui/select.tsx";
import { Textarea } from "../ui/textarea.tsx";

const KINDS: Record<WrittenKind, { word: string; label: string }> = {
  command: { word: "Command", label: "Command, as it was run" },
  file: { word: "File", label: "Path of the file" },
  package: { word: "Package", label: "Name of the package" },
  dependency: { word: "Dependency", label: "Name, with its manager" },
};

interface WrittenCardProps {
  serviceName: string;
  data: ReadinessView;
  onChange: (next: ReadinessView) => void;
}

/** What only people know: commands that were run, files that were changed, packages that were installed by hand. */
export function WrittenCard({ serviceName, data, onChange }: WrittenCardProps) {
  return (
    <Card aria-label="Written down">
      <CardHeader
        title="Written down"
        note="Commands run, configuration files changed and packages installed by hand: all of it is on the rebuild page."
      />
      {data.written.length === 0 ? (
        <EmptyState icon={NotebookPen} title="Nothing was written down">
          What is not in the image, the answers or a release has to be known from somewhere.
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line">
          {data.written.map((one) => (
            <li key={one.id}>
              <Entry one={one} serviceName={serviceName} mayWrite={data.mayWrite} onChange={onChange} />
            </li>
          ))}
        </ul>
      )}
      {data.mayWrite ? <NewEntry serviceName={serviceName} onChange={onChange} /> : null}
    </Card>
  );
}

interface EntryProps {
  one: WrittenView;
  serviceName: string;
  mayWrite: boolean;
  onChange: (next: ReadinessView) => void;
}

function Entry({ one, serviceName, mayWrite, onChange }: EntryProps) {
  const [pending, setPending] = useState(false);
  async function remove() {
    setPending(true);
    try {
      onChange(
        await api("DELETE /services/{serviceName}/readiness/documents/{documentId}", {
          params: { serviceName, documentId: one.id },
        }),
      );
    } catch (error) {
      toast.error(error instanceof Error ? error.message : "That did not work. Try again.");
      setPending(false);
    }
  }
  return (
    <CardBody className="flex items-start gap-x-3">
      <Badge>{KINDS[one.kind].word}</Badge>
      <div className="min-w-0 flex-1">
        <code className="break-all">{one.name}</code>
        {one.note ? <p className="whitespace-pre-wrap break-words text-sm">{one.note}</p> : null}
        <p className="text-muted text-xs">
          {one.by ? `${one.by}, ` : ""}
          <RelativeTime at={one.at} />
        </p>
      </div>
      {mayWrite ? (
        <Button size="icon-sm" variant="ghost" pending={pending} onClick={remove} aria-label={`Strike out ${one.name}`}>
          <Trash2 aria-hidden className="size-4" />
        </Button>
      ) : null}
    </CardBody>
  );
}

function NewEntry({ serviceName, onChange }: Pick<WrittenCardProps, "serviceName" | "onChange">) {
  const [kind, setKind] = useState<WrittenKind>("command");
  const [name, setName] = useState("");
  const [note, setNote] = useState("");
  const [error, setError] = useState<string>();
  const [pending, setPending] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setPending(true);
    setError(undefined);
    try {
      onChange(
        await api("POST /services/{serviceName}/readiness/documents", {
          params: { serviceName },
          body: { kind, name, note },
        }),
      );
      setName("");
      setNote("");
    } catch (caught) {
      setError(caught instanceof Error ? caught.message : "That did not work. Try again.");
    } finally {
      setPending(false);
    }
  }

  return (
    <form onSubmit={submit} className="grid gap-3 border-line border-t p-4">
      <div className="grid gap-3 sm:grid-cols-[10rem_1fr]">
        <Field label="What">
          <Select value={kind} onChange={(event) => setKind(event.target.value as WrittenKind)}>
            {Object.entries(KINDS).map(([value, { word }]) => (
              <option key={value} value={value}>
                {word}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={KINDS[kind].label} {...(error ? { error } : {})}>
          <Input value={name} onChange={(event) => setName(event.target.value)} className="font-mono" />
        </Field>
      </div>
      <Field label="Why, and what else there is to know" optional>
        <Textarea value={note} rows={2} onChange={(event) => setNote(event.target.value)} />
      </Field>
      <div>
        <Button type="submit" pending={pending} disabled={name.trim() === ""}>
          Write it down
        </Button>
      </div>
    </form>
  );
}
