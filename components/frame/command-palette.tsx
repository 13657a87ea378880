"use client";

import { Search } from "lucide-react";
import dynamic from "next/dynamic";
import { createContext, type ReactNode, use, useEffect, useMemo, useState } from "react";
import type { Role } from "#lib/access/types.ts";
import { Kbd } from "../ui/kbd.tsx";
import { useHydrated } from "../ui/use-now.ts";

// Its code is fetched when it is first opened.
const PaletteDialog = dynamic(() => import("./palette-dialog.tsx").then((module) => module.PaletteDialog), {
  ssr: false,
});

const PaletteContext = createContext<{ open: () => void }>({ open: () => {} });

interface PaletteProviderProps {
  roles: readonly Role[];
  children: ReactNode;
}

/** ⌘K or Ctrl+K from anywhere. */
export function PaletteProvider({ roles, children }: PaletteProviderProps) {
  const [isOpen, setOpen] = useState(false);
  const [wasOpened, setWasOpened] = useState(false);
  const value = useMemo(
    () => ({
      open: () => {
        setWasOpened(true);
        setOpen(true);
      },
    }),
    [],
  );
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      setWasOpened(true);
      setOpen((now) => !now);
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return (
    <PaletteContext value={value}>
      {children}
      {wasOpened ? <PaletteDialog open={isOpen} onOpenChange={setOpen} roles={roles} /> : null}
    </PaletteContext>
  );
}

export function PaletteButton({ onOpen }: { onOpen?: (() => void) | undefined }) {
  const { open } = use(PaletteContext);
  const hydrated = useHydrated();
  const isMac = hydrated && /Mac|iPhone|iPad/.test(navigator.userAgent);
  return (
    <button
      type="button"
      aria-keyshortcuts="Control+K Meta+K"
      onClick={() => {
        onOpen?.();
        open();
      }}
      className="flex h-8 w-full items-center gap-2 rounded-md border border-line bg-surface px-2 text-muted hover:bg-hover pointer-coarse:h-10"
    >
      <Search aria-hidden className="size-4" />
      <span className="flex-1 text-left">Search or do…</span>
      <span className="pointer-coarse:hidden">
        <Kbd>{isMac ? "⌘K" : "Ctrl K"}</Kbd>
      </span>
    </button>
  );
}
