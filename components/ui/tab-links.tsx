"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { type ReactNode, useEffect, useRef } from "react";
import { cn } from "./cn.ts";

export interface TabLink {
  href: string;
  label: string;
  /** Something that waits there: a count, or a badge. */
  mark?: ReactNode;
}

/** Tabs that are pages: each has its address. `label` names the set. */
export function TabLinks({ tabs, label }: { tabs: TabLink[]; label: string }) {
  const pathname = usePathname();
  const current = useRef<HTMLAnchorElement>(null);
  // On a phone the row scrolls; the tab the reader is on is brought into sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the page is what changes
  useEffect(() => {
    const tab = current.current;
    const row = tab?.parentElement?.parentElement;
    if (tab && row) row.scrollLeft = tab.offsetLeft - row.clientWidth / 2 + tab.clientWidth / 2;
  }, [pathname]);
  return (
    <nav aria-label={label} className="border-line border-b">
      <ul className="-mb-px relative flex overflow-x-auto [scrollbar-width:none]">
        {tabs.map((tab) => {
          const here = pathname === tab.href;
          return (
            <li key={tab.href} className="shrink-0">
              <Link
                ref={here ? current : undefined}
                href={tab.href}
                aria-current={here ? "page" : undefined}
                className={cn(
                  "flex items-center gap-1.5 border-transparent border-b-2 px-3 py-2 text-muted focus-visible:-outline-offset-2 hover:text-ink",
                  here && "border-accent font-medium text-ink",
                )}
              >
                {tab.label}
                {tab.mark}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
