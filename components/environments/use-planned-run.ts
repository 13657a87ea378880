"use client";

import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type FormEvent, useRef, useState } from "react";
import type { z } from "zod";
import { ApiError } from "../api-client.ts";
import { findProblems } from "../backups/find-problems.ts";
import { useSettled } from "../ui/use-settled.ts";

const STALE = "plan.stale";

interface PlannedRunOptions<Wanted, Plan> {
  queryKey: readonly string[];
  schema: z.ZodType;
  /** What stands in the form, as the API takes it. */
  wanted: Wanted;
  plan: (wanted: Wanted, signal: AbortSignal) => Promise<Plan>;
  start: (plan: Plan) => Promise<{ runId: number }>;
  onStart: () => void;
}

/** A form that shows what a run would do while it is filled in, and starts exactly that run. */
export function usePlannedRun<Wanted, Plan extends { planHash: string }>(options: PlannedRunOptions<Wanted, Plan>) {
  const { schema, wanted } = options;
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const [wasTried, setWasTried] = useState(false);
  const found = findProblems(schema, wanted);
  const settled = useSettled(wanted);
  const isPlannable = Object.keys(findProblems(schema, settled)).length === 0;
  const plan = useQuery({
    queryKey: [...options.queryKey, settled],
    queryFn: ({ signal }) => options.plan(settled, signal),
    enabled: isPlannable,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const isCurrent = JSON.stringify(settled) === JSON.stringify(wanted) && !plan.isPlaceholderData;
  const start = useMutation({
    mutationFn: (planned: Plan) => options.start(planned),
    onSuccess: ({ runId }) => {
      options.onStart();
      router.push(`/runs/${runId}`);
    },
    onError: (error) => {
      if (error instanceof ApiError && error.code === STALE) void plan.refetch();
    },
  });

  /** `missing`: what is not in `wanted` and has to be given too. */
  function submit(event: FormEvent, missing = 0) {
    event.preventDefault();
    setWasTried(true);
    if (Object.keys(found).length + missing > 0)
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
    else if (plan.data && isCurrent) start.mutate(plan.data);
  }

  return {
    ...{ form, submit, wasTried, found, isPlannable, isCurrent, plan: plan.data },
    isStarting: start.isPending || start.isSuccess,
    refused: start.error instanceof ApiError ? start.error : undefined,
    unplanned: plan.error instanceof ApiError ? plan.error : undefined,
  };
}
