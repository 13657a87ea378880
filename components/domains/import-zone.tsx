"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { useRouter } from "next/navigation";
import { type DragEvent, useRef, useState } from "react";
import { toast } from "sonner";
import type { ImportPreview as ImportPreviewView, ZoneView } from "#lib/dns/types.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody } from "../ui/card.tsx";
import { cn } from "../ui/cn.ts";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { Field } from "../ui/field.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { ImportPreview } from "./import-preview.tsx";

const countTaken = ({ create = 0, adopt = 0 }: Partial<ImportPreviewView["counts"]>) => create + adopt;

/** Takes a zone file, shows line by line what would come of it, and makes the records. */
export function ImportZone({ zone }: { zone: ZoneView }) {
  const zoneId = zone.id;
  const client = useQueryClient();
  const router = useRouter();
  const [text, setText] = useState("");
  const [isOver, setIsOver] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const check = useMutation({
    mutationFn: () => api("POST /zones/{zoneId}/import/check", { params: { zoneId }, body: { text } }),
  });
  const take = useMutation({
    mutationFn: () => api("POST /zones/{zoneId}/import", { params: { zoneId }, body: { text } }),
    onSuccess: ({ counts }) => {
      const taken = countTaken(counts);
      void client.invalidateQueries({ queryKey: ["zones"] });
      void client.invalidateQueries({ queryKey: ["records"] });
      toast.success(taken === 1 ? "One record is taken in" : `${taken} records are taken in`);
      router.push(`/domains?zone=${encodeURIComponent(zone.name)}`);
    },
  });
  const failure = check.error ?? take.error;

  function give(next: string) {
    setText(next);
    check.reset();
    take.reset();
  }
  async function read(file: File | undefined) {
    if (file) give(await file.text());
  }
  function drop(event: DragEvent) {
    event.preventDefault();
    setIsOver(false);
    void read(event.dataTransfer.files[0]);
  }
  const fresh = check.data ? countTaken(check.data.counts) : 0;

  return (
    <div className="grid grid-cols-1 gap-4">
      <Card
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={drop}
        className={cn(isOver && "border-accent bg-accent-soft")}
      >
        <CardBody className="grid gap-3">
          <Field label="Zone file" why="As BIND writes it. Paste it, drop the file here, or choose it.">
            <Textarea
              value={text}
              onChange={(event) => give(event.target.value)}
              placeholder={`www 300 IN A 203.0.113.9\nmail 3600 IN MX 10 mx.example.org.`}
              spellCheck={false}
              rows={8}
              className="max-h-96 overflow-auto font-mono text-sm"
            />
          </Field>
          <div className="flex flex-wrap justify-end gap-2">
            <input
              ref={picker}
              type="file"
              aria-label="Zone file to read"
              className="sr-only"
              tabIndex={-1}
              onChange={(event) => void read(event.target.files?.[0])}
            />
            <Button onClick={() => picker.current?.click()}>
              <FileUp aria-hidden /> Choose a file
            </Button>
            <Button
              variant={check.data ? "secondary" : "primary"}
              disabled={text.trim() === ""}
              pending={check.isPending}
              onClick={() => check.mutate()}
            >
              Look it through
            </Button>
          </div>
        </CardBody>
      </Card>
      {failure ? <ErrorPanel message={failure.message} /> : null}
      {check.data ? (
        <>
          <ImportPreview lines={check.data.lines} />
          <div className="flex flex-wrap items-center justify-end gap-3">
            <p className="min-w-0 flex-1 basis-52 text-muted text-sm">
              Lines with a problem are left out; what is there already stays as it is.
            </p>
            <Button variant="primary" disabled={fresh === 0} pending={take.isPending} onClick={() => take.mutate()}>
              Import {fresh} {fresh === 1 ? "record" : "records"}
            </Button>
          </div>
        </>
      ) : null}
    </div>
  );
}
