import { Compass } from "lucide-react";
import Link from "next/link";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Page } from "#components/ui/page.tsx";

export default function PanelNotFound() {
  return (
    <Page>
      <h1 className="sr-only">Not found</h1>
      <EmptyState
        icon={Compass}
        title="There is nothing at this address"
        action={
          <>
            <Button asChild>
              <Link href="/services">See all services</Link>
            </Button>
            <Button asChild variant="primary">
              <Link href="/">Go home</Link>
            </Button>
          </>
        }
        className="py-24"
      >
        It was never here, was taken away, or you may not see it. Press Ctrl K or ⌘K to search.
      </EmptyState>
    </Page>
  );
}
