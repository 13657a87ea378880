"use client";

import type { ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { cn } from "../ui/cn.ts";
import { ErrorPanel } from "../ui/error-panel.tsx";

interface PagedCardProps {
  /** What `usePages` gives. */
  list: {
    error: Error | null;
    isPlaceholderData: boolean;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    fetchNextPage: () => unknown;
  };
  /** The words for what comes next. */
  more?: string;
  children: ReactNode;
}

/** Around the rows of a paged list: what went wrong above, faded while another filter's are on their way, the next page below. */
export function PagedCard({ list, more = "Show more", children }: PagedCardProps) {
  return (
    <>
      {list.error ? <ErrorPanel className="mb-3" message={list.error.message} /> : null}
      <Card className={cn("overflow-hidden transition-opacity", list.isPlaceholderData && "opacity-60")}>
        {children}
      </Card>
      {list.hasNextPage ? (
        <div className="flex justify-center pt-3">
          <Button onClick={() => list.fetchNextPage()} pending={list.isFetchingNextPage}>
            {more}
          </Button>
        </div>
      ) : null}
    </>
  );
}
