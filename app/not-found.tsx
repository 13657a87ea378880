import { PlainPage } from "#components/sign-in/plain-page.tsx";
import { Button } from "#components/ui/button.tsx";

export const metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <PlainPage title="There is nothing at this address">
      <p className="text-muted">It was never here, or was taken away.</p>
      <Button asChild variant="primary" size="lg">
        <a href="/">Go home</a>
      </Button>
    </PlainPage>
  );
}
