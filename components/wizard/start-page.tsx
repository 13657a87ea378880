"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { ArrowRight, PencilLine, Plus } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { findGroup } from "#lib/services/schema/answers.ts";
import type { DraftSummary } from "#lib/services/types.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { DiscardDraft } from "./discard-draft.tsx";

interface StartPageProps {
  initialDrafts: DraftSummary[];
  readerId: string;
}

/** Begin a new service, or go on with one that was begun. */
export function StartPage({ initialDrafts, readerId }: StartPageProps) {
  const router = useRouter();
  const { data } = useQuery({
    queryKey: ["drafts"],
    queryFn: ({ signal }) => api("GET /drafts", { signal }),
    initialData: { items: initialDrafts },
  });
  const begin = useMutation({
    mutationFn: () => api("POST /drafts"),
    onSuccess: (draft) => router.push(`/services/new/${draft.id}/${draft.group}`),
  });
  const mine = data.items.filter((draft) => draft.owner.id === readerId);
  const others = data.items.filter((draft) => draft.owner.id !== readerId);
  return (
    <div className="grid grid-cols-1 gap-4">
      <Card>
        <CardBody className="flex flex-wrap items-center gap-x-6 gap-y-3">
          <p className="min-w-0 flex-1 basis-72">
            You need a name, what it is for, and an image. The rest has defaults that are right for most services.
          </p>
          <Button
            variant="primary"
            size="lg"
            onClick={() => begin.mutate()}
            pending={begin.isPending || begin.isSuccess}
          >
            <Plus aria-hidden /> Start a new service
          </Button>
        </CardBody>
      </Card>
      {begin.error ? <ErrorPanel message={begin.error.message} /> : null}
      <DraftList title="Your drafts" drafts={mine} />
      <DraftList title="Drafts of others" drafts={others} />
    </div>
  );
}

const placeOf = ({ group, service }: DraftSummary) => {
  if (service?.state === "failed") return "Provisioning did not finish";
  if (service) return "Being provisioned";
  return `At “${group === "review" ? "Review" : (findGroup(group)?.title ?? group)}”`;
};

function DraftList({ title, drafts }: { title: string; drafts: DraftSummary[] }) {
  if (drafts.length === 0) return null;
  return (
    <Card>
      <CardHeader title={title} note="Everything typed so far is kept." />
      <ul className="divide-y divide-line">
        {drafts.map((draft) => (
          <li key={draft.id} className="relative flex items-center gap-3 px-4 py-2.5 hover:bg-hover">
            <PencilLine aria-hidden className="size-4 shrink-0 text-muted" />
            <div className="min-w-0 flex-1">
              <Link
                href={`/services/new/${draft.id}/${draft.group}`}
                className="block truncate font-medium after:absolute after:inset-0"
              >
                {draft.name ?? "Without a name"}
              </Link>
              <p className="truncate text-muted text-sm">
                {placeOf(draft)} · {draft.owner.name} · <RelativeTime at={draft.updatedAt} />
              </p>
            </div>
            {draft.service ? null : (
              <span className="relative z-10">
                <DiscardDraft draftId={draft.id} name={draft.name} quiet />
              </span>
            )}
            <ArrowRight aria-hidden className="size-4 shrink-0 text-muted" />
          </li>
        ))}
      </ul>
    </Card>
  );
}
