import { PencilLine } from "lucide-react";
import Link from "next/link";
import { GROUPS } from "#lib/services/schema/answers.ts";
import type { DraftSummary } from "#lib/services/types.ts";
import { Card, CardHeader } from "../ui/card.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";

function placeOf({ service, group }: DraftSummary): string {
  if (service) return service.state === "failed" ? "Provisioning has not finished" : "Being provisioned";
  return `At “${group === "review" ? "Review" : GROUPS[group].title}”`;
}

/** Services somebody began to describe, above those that exist. */
export function Drafts({ drafts }: { drafts: DraftSummary[] }) {
  if (drafts.length === 0) return null;
  return (
    <Card className="mb-5">
      <CardHeader title={drafts.length === 1 ? "One draft" : `${drafts.length} drafts`} />
      <ul className="grid max-h-64 overflow-y-auto sm:grid-cols-2 lg:grid-cols-3">
        {drafts.map((draft) => (
          <li key={draft.id} className="relative flex gap-3 px-4 py-2.5 hover:bg-hover">
            <PencilLine aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
            <div className="min-w-0 flex-1">
              <Link
                href={`/services/new/${draft.id}`}
                className="block truncate font-medium after:absolute after:inset-0"
              >
                {draft.name ?? "Without a name"}
              </Link>
              <p className="truncate text-muted text-sm">
                {placeOf(draft)} · {draft.owner.name}
                {" · "}
                <RelativeTime at={draft.updatedAt} />
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
