"use client";

import { Search } from "lucide-react";
import { debounce, parseAsString, useQueryState } from "nuqs";
import { useEffect, useRef } from "react";
import { Input } from "../ui/input.tsx";

/** What the reader looks for, kept in the address as `q`. */
export function useSearch(): [string, (text: string) => void] {
  const [text, setText] = useQueryState(
    "q",
    parseAsString.withDefault("").withOptions({ limitUrlUpdates: debounce(250) }),
  );
  return [text, (next) => void setText(next || null)];
}

/** The list's search; `/` goes there. */
export function SearchField({ label }: { label: string }) {
  const [text, setText] = useSearch();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      const { target } = event;
      if (event.key !== "/" || event.metaKey || event.ctrlKey) return;
      if (target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]")) return;
      event.preventDefault();
      input.current?.focus();
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return (
    <search className="relative min-w-0 flex-1 basis-56 sm:max-w-80">
      <Search aria-hidden className="pointer-events-none absolute inset-y-0 left-2.5 my-auto size-4 text-muted" />
      <Input
        ref={input}
        type="search"
        aria-label={label}
        aria-keyshortcuts="/"
        placeholder={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          setText("");
          input.current?.blur();
        }}
        className="pl-8"
      />
    </search>
  );
}
