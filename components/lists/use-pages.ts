"use client";

import { type InfiniteData, keepPreviousData, type QueryKey, useInfiniteQuery } from "@tanstack/react-query";

type Cursor = string | number;

interface PagesOptions<Page> {
  queryKey: QueryKey;
  /** Asks for the page behind a cursor; null: the first. */
  load: (cursor: Cursor | null, signal: AbortSignal) => Promise<Page>;
  /** The first page as the server drew it, when it was drawn for what is asked now. */
  initialData: Page | undefined;
  /** Milliseconds until the pages are asked for again; left out: they are not. */
  refetchMs?: number | ((pages: readonly Page[]) => number);
}

/** A list that comes page by page. The last answer stays until that of another filter is there. */
export function usePages<Page extends { next: Cursor | null }>(options: PagesOptions<Page>) {
  const { queryKey, load, initialData, refetchMs } = options;
  return useInfiniteQuery<Page, Error, InfiniteData<Page, Cursor | null>, QueryKey, Cursor | null>({
    queryKey,
    queryFn: ({ pageParam, signal }) => load(pageParam, signal),
    initialPageParam: null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      typeof refetchMs === "function" ? refetchMs(state.data?.pages ?? []) : (refetchMs ?? false),
    ...(initialData ? { initialData: { pages: [initialData], pageParams: [null] } } : {}),
  });
}
