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

/** The tab a page belongs to: its own, or that of the page it lies below. What lies below the first is everything. */
function findTab(tabs: readonly TabLink[], pathname: string): TabLink | undefined {
  const above = tabs.slice(1).filter(({ href }) => pathname.startsWith(`${href}/`));
  return tabs.find(({ href }) => href === pathname) ?? above.sort((a, b) => b.href.length - a.href.length)[0];
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
  const present = findTab(tabs, pathname);
  return (
    <nav aria-label={label} className="border-line border-b">
      <ul className="-mb-px relative flex overflow-x-auto [scrollbar-width:none]">
        {tabs.map((tab) => {
          const here = tab === present;
          return (
            <li key={tab.href} className="shrink-0">
              <Link
                ref={here ? current : undefined}
                href={tab.href}
                aria-current={here ? (pathname === tab.href ? "page" : "true") : undefined}
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
