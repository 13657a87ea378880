"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { useCallback, useEffect, useLayoutEffect, useRef, useSyncExternalStore } from "react";
import { Button } from "../../ui/button.tsx";
import { LogRow } from "./log-row.tsx";
import type { LogStore } from "./log-store.ts";
import { formatPlace, type LogPlace } from "./permalink.ts";

const ROW = 20;
/** So near to the end, the reader is at the end. */
const NEAR = 30;

export interface LogViewProps {
  store: LogStore;
  attemptId: number;
  /** Where this log is, for the links of its lines; the lines are those marked. */
  place: LogPlace & { attempt: number };
  onPick: (lines: { from: number; to: number }) => void;
  /** Scroll to this line; `n` changes when it should be done again. */
  goTo: { seq: number; n: number } | undefined;
  /** Opens at its last lines rather than at its first. */
  fromEnd: boolean;
  follow: boolean;
  onFollow: (follow: boolean) => void;
  wrap: boolean;
  find: string;
  foundSeq: number | undefined;
  label: string;
  live: boolean;
}

/** The lines of one attempt. Only those in sight are drawn, however many there are. */
export function LogView(props: LogViewProps) {
  const { store, attemptId, place, onPick, goTo, fromEnd, follow, onFollow, wrap, find, foundSeq, label, live } = props;
  useSyncExternalStore(store.subscribe, store.version, () => 0);
  const total = store.total(attemptId);
  const box = useRef<HTMLElement>(null);
  const lastTop = useRef(0);
  const wasAtEnd = useRef(false);
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    // No keys of our own: a new function for them would lay out every line again in every render.
    overscan: 15,
  });
  const rows = virtual.getVirtualItems();
  const height = virtual.getTotalSize();

  const first = rows[0]?.index ?? 0;
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (total > 0) store.want(attemptId, first + 1, last + 1);
  });

  const wrapped = useRef(wrap);
  useLayoutEffect(() => {
    if (wrapped.current === wrap) return;
    wrapped.current = wrap;
    // Rows have another height when they wrap.
    virtual.measure();
  }, [wrap, virtual]);

  const has = total > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each log, when its first lines are there
  useLayoutEffect(() => {
    lastTop.current = 0;
    if (!has || !box.current || goTo) return;
    box.current.scrollTop = fromEnd || follow ? box.current.scrollHeight : 0;
  }, [attemptId, has]);

  const seen = virtual.scrollRect?.height;
  // Who stands at the end stays there, also when the page around the log changes.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the end moves with every line and every measured height
  useLayoutEffect(() => {
    if ((follow || wasAtEnd.current) && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [follow, total, height, seen]);

  useLayoutEffect(() => {
    if (goTo && has) virtual.scrollToIndex(goTo.seq - 1, { align: "center" });
  }, [goTo, has, virtual]);

  function onScroll() {
    const now = box.current;
    if (!now) return;
    const atEnd = now.scrollHeight - now.scrollTop - now.clientHeight < NEAR;
    if (follow && !atEnd && now.scrollTop < lastTop.current - 2) onFollow(false);
    else if (!follow && live && atEnd && now.scrollTop > lastTop.current) onFollow(true);
    lastTop.current = now.scrollTop;
    wasAtEnd.current = atEnd;
  }

  const marked = place.lines;
  const picking = useRef((_seq: number, _extend: boolean) => {});
  useEffect(() => {
    picking.current = (seq, extend) =>
      onPick(
        extend && marked
          ? { from: Math.min(marked.from, seq), to: Math.max(marked.from, seq) }
          : { from: seq, to: seq },
      );
  });
  // The same function in every render, so that rows that did not change are not drawn again.
  const pick = useCallback((seq: number, extend: boolean) => picking.current(seq, extend), []);
  return (
    <div className="relative min-h-0 flex-1">
      <section
        ref={box}
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={onScroll}
        className="absolute inset-0 overflow-auto overscroll-contain bg-sunken py-2 font-mono text-xs [overflow-anchor:none] focus-visible:-outline-offset-2"
      >
        <div className="relative min-w-max" style={{ height }}>
          <div
            className={wrap ? "absolute top-0 left-0 w-full" : "absolute top-0 left-0 min-w-full"}
            style={{ transform: `translateY(${rows[0]?.start ?? 0}px)` }}
          >
            {rows.map((row) => {
              const seq = row.index + 1;
              return (
                <div key={row.index} data-index={row.index} ref={wrap ? virtual.measureElement : undefined}>
                  <LogRow
                    line={store.line(attemptId, seq)}
                    seq={seq}
                    href={formatPlace({ ...place, lines: { from: seq, to: seq } })}
                    wrap={wrap}
                    marked={marked !== undefined && seq >= marked.from && seq <= marked.to}
                    find={find}
                    current={seq === foundSeq}
                    onPick={pick}
                  />
                </div>
              );
            })}
          </div>
        </div>
      </section>
      {live && !follow ? (
        <Button
          size="sm"
          variant="primary"
          className="absolute right-4 bottom-4 shadow-lg"
          onClick={() => onFollow(true)}
        >
          <ArrowDown aria-hidden />
          Jump to newest
        </Button>
      ) : null}
    </div>
  );
}
