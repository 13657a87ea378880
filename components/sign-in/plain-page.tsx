import type { ReactNode } from "react";
import { Logo } from "../frame/logo.tsx";

/** A page without the frame: a few words and one way on. */
export function PlainPage({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center px-4 py-10">
      <div className="grid w-full max-w-sm gap-5">
        <p className="flex items-center gap-2 font-semibold text-lg tracking-tight">
          <Logo className="size-6 text-accent" /> Seaworthy
        </p>
        <h1 className="text-balance font-semibold text-xl tracking-tight">{title}</h1>
        {children}
      </div>
    </main>
  );
}
