"use client";

import { Failure } from "#components/frame/failure.tsx";
import { Page } from "#components/ui/page.tsx";

export default function PanelError({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <Page>
      <h1 className="sr-only">Something went wrong</h1>
      <Failure error={error} retry={retry} />
    </Page>
  );
}
