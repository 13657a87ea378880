"use client";

import { type RefObject, useEffect } from "react";

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** j and k walk the rows of a list by moving the focus along their links, so that enter opens one as always. */
export function useRowKeys(list: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      if (event.key !== "j" && event.key !== "k") return;
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector('[role="dialog"]')) return;
      const links = [...(list.current?.querySelectorAll<HTMLElement>("a[data-row-link]") ?? [])];
      if (links.length === 0) return;
      const current = document.activeElement?.closest("tr")?.querySelector<HTMLElement>("a[data-row-link]");
      const at = current ? links.indexOf(current) : -1;
      // Of two lists on a page, the one with the focus walks; without it, the first.
      if (at < 0 && document.activeElement?.closest("tbody")) return;
      if (at < 0 && document.querySelector("a[data-row-link]") !== links[0]) return;
      const next = event.key === "j" ? Math.min(at + 1, links.length - 1) : Math.max(at - 1, 0);
      event.preventDefault();
      links[next]?.focus();
      links[next]?.closest("tr")?.scrollIntoView({ block: "nearest" });
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [list]);
}
