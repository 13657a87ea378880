"use client";

import { Failure } from "#components/frame/failure.tsx";
import { TooltipProvider } from "#components/ui/tooltip.tsx";
import "./globals.css";

/** When not even the layout could be drawn; it brings its own document. */
export default function GlobalError({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <head>
        <title>Something went wrong · Seaworthy</title>
      </head>
      <body>
        <main className="mx-auto max-w-2xl px-4 py-24">
          <h1 className="sr-only">Something went wrong</h1>
          <TooltipProvider>
            <Failure error={error} retry={retry} />
          </TooltipProvider>
        </main>
      </body>
    </html>
  );
}
