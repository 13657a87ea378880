"use client";

import { FileText, Link2, StickyNote, X } from "lucide-react";
import { formatBytes } from "#lib/platform/format.ts";
import type { RunPageItem } from "#lib/runs/schema.ts";
import { apiPath } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { MonoId } from "../ui/mono-id.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";

type Evidence = RunPageItem["evidence"][number];

interface EvidenceListProps {
  stepId: number;
  item: RunPageItem;
  onRemove: (evidenceId: string) => void;
  isRemoving: boolean;
}

const ICONS = { note: StickyNote, link: Link2, file: FileText } as const;

/** What shows that an item was done. Files are saved, never opened here; their hash says that they are still the same. */
export function EvidenceList({ stepId, item, onRemove, isRemoving }: EvidenceListProps) {
  if (item.evidence.length === 0) return null;
  return (
    <ul aria-label="Evidence" className="grid gap-2">
      {item.evidence.map((one) => {
        const Icon = ICONS[one.kind];
        return (
          <li key={one.id} className="flex items-start gap-2 rounded-md border border-line bg-surface px-3 py-2">
            <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
            <div className="grid min-w-0 flex-1 gap-0.5">
              <Content stepId={stepId} evidence={one} mayRead={item.may.readFiles} />
              <p className="text-muted text-sm">
                {one.addedBy.name}, <RelativeTime at={one.addedAt} />
              </p>
            </div>
            {one.mayRemove ? (
              <Button
                variant="ghost"
                size="icon-sm"
                disabled={isRemoving}
                aria-label={`Take back ${one.file?.name ?? one.text}`}
                onClick={() => onRemove(one.id)}
              >
                <X aria-hidden />
              </Button>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}

function Content({ stepId, evidence, mayRead }: { stepId: number; evidence: Evidence; mayRead: boolean }) {
  const { id, kind, text, file } = evidence;
  if (kind === "link")
    return (
      <a
        href={text}
        target="_blank"
        rel="noreferrer noopener"
        className="break-all text-accent underline underline-offset-4"
      >
        {text}
      </a>
    );
  if (!file) return <p className="whitespace-pre-wrap break-words">{text}</p>;
  const href = apiPath("/items/{stepId}/evidence/{evidenceId}/file", { stepId, evidenceId: id });
  return (
    <>
      <p className="break-all">
        {mayRead ? (
          <a href={href} download={file.name} className="text-accent underline underline-offset-4">
            {file.name}
          </a>
        ) : (
          file.name
        )}{" "}
        <span className="text-muted">{formatBytes(file.size)}</span>
      </p>
      {text ? <p className="break-words">{text}</p> : null}
      <p className="flex flex-wrap items-center gap-1 text-muted text-sm">
        SHA-256 <MonoId value={file.sha256} what="hash" />
      </p>
    </>
  );
}
