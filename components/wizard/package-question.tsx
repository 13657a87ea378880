"use client";

import { useQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import type { PackageView } from "#lib/repository/types.ts";
import { api } from "../api-client.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { useSettled } from "../ui/use-settled.ts";
import { useDraft } from "./draft-context.tsx";
import { MonoInput } from "./mono-input.tsx";
import type { QuestionProps } from "./question-props.ts";

const PROJECT = /^[A-Za-z0-9][A-Za-z0-9._+:'-]*$/;

/** A package's name, and below it which version each channel has beside the one upstream has released. */
export function PackageQuestion(props: QuestionProps) {
  return (
    <div className="grid gap-2">
      <MonoInput {...props} />
      <Versions project={String(props.value ?? "").trim()} />
    </div>
  );
}

function Versions({ project }: { project: string }) {
  const settled = useSettled(project, 600);
  const isName = PROJECT.test(settled) && settled.length <= 200;
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["repology", settled],
    queryFn: ({ signal }) => api("GET /repology/{package}", { params: { package: settled }, signal }),
    enabled: isName,
    staleTime: 15 * 60_000,
    retry: false,
  });
  return (
    <div aria-live="polite" className="grid gap-2 text-sm">
      {!isName ? null : data && data.project === project ? (
        <Found found={data} />
      ) : isFetching || settled !== project ? (
        <p className="flex items-center gap-2 text-muted">
          <Spinner /> Asking Repology
        </p>
      ) : error ? (
        <p className="flex flex-wrap items-center gap-2 text-muted">
          {error.message} You can go on without it.
          <Button size="sm" variant="ghost" onClick={() => void refetch()}>
            Ask again
          </Button>
        </p>
      ) : null}
    </div>
  );
}

function Found({ found }: { found: PackageView }) {
  const { answers, change } = useDraft();
  const { upstream, channels, known, summary, page } = found;
  if (!known) return <p className="text-muted">Repology knows no package of this name.</p>;
  const choose = (channel: string) => change("placement", { nixosChannel: channel });
  return (
    <>
      <p className="text-muted">
        {summary ? `${summary}. ` : ""}
        {upstream ? (
          <>
            Upstream has released <span className="font-mono text-ink">{upstream}</span>.{" "}
          </>
        ) : null}
        <a className="inline-flex items-center gap-1 underline" href={page} target="_blank" rel="noreferrer">
          Repology <ExternalLink aria-hidden className="size-3.5" />
        </a>
      </p>
      {channels.length === 0 ? (
        <p className="text-muted">No channel of NixOS has it.</p>
      ) : (
        <ul aria-label="Versions in NixOS" className="grid divide-y divide-line rounded-md border border-line">
          {channels.map(({ channel, version, name, isCurrent }) => (
            <li key={channel} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5">
              <span className="min-w-32 font-medium">{channel}</span>
              <span className="break-all font-mono">{version}</span>
              <Badge tone={isCurrent ? "done" : "person"}>{isCurrent ? "as upstream" : "older than upstream"}</Badge>
              {name === found.project ? null : <span className="break-all font-mono text-muted text-xs">{name}</span>}
              <span className="ml-auto">
                {answers.placement.nixosChannel === channel ? (
                  <span className="text-muted">chosen</span>
                ) : (
                  <Button size="sm" variant="ghost" onClick={() => choose(channel)} aria-label={`Use ${channel}`}>
                    Use
                  </Button>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
