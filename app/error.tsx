"use client";

import { Failure } from "#components/frame/failure.tsx";

/** For what fails outside the panel's frame, or in the frame itself. */
export default function RootError({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <main className="mx-auto max-w-2xl px-4 py-24">
      <h1 className="sr-only">Something went wrong</h1>
      <Failure error={error} retry={retry} />
    </main>
  );
}
