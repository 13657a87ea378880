"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReviewAnswers } from "#lib/releases/schema/release.ts";
import type { ComparisonView } from "#lib/releases/types.ts";
import { api } from "../api-client.ts";
import { useSettled } from "../ui/use-settled.ts";
import { answersToCompare } from "./proposal-draft.ts";

/** The comparison with the answers as they are being given: how many have to approve, and what speaks against an answer. */
export function useComparison(initialData: ComparisonView, answers: ReviewAnswers) {
  const asked = useSettled(answersToCompare(answers));
  const { release, environment } = initialData;
  return useQuery({
    queryKey: ["releases", "comparison", release.id, environment, asked],
    queryFn: ({ signal }) =>
      api("POST /deployments/compare", { body: { releaseId: release.id, environment, answers: asked }, signal }),
    placeholderData: (before) => keepPreviousData(before) ?? initialData,
    refetchInterval: 15_000,
  });
}
