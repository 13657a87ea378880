"use client";

import { useMutation } from "@tanstack/react-query";
import type { RecordView } from "#lib/dns/types.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { tellFailure } from "./tell-failure.ts";

/** Code of the refusal when somebody else saved in between. */
export const CHANGED_MEANWHILE = "dns.changed_meanwhile";

interface MeanwhileActsProps {
  recordId: string;
  onTakeTheirs: (latest: RecordView) => void;
  /** With the version that mine is put over. */
  onKeepMine: (version: number) => void;
}

/** Two people edited: the later one chooses, and has seen that there was a choice. */
export function MeanwhileActs({ recordId, onTakeTheirs, onKeepMine }: MeanwhileActsProps) {
  const read = useMutation({
    mutationFn: () => api("GET /records/{recordId}", { params: { recordId } }),
    onError: tellFailure,
  });
  return (
    <>
      <Button pending={read.isPending} onClick={() => read.mutate(undefined, { onSuccess: onTakeTheirs })}>
        Show theirs
      </Button>
      <Button
        disabled={read.isPending}
        onClick={() => read.mutate(undefined, { onSuccess: ({ version }) => onKeepMine(version) })}
      >
        Save mine over it
      </Button>
    </>
  );
}
