import type { Metadata } from "next";
import { PlainPage } from "#components/sign-in/plain-page.tsx";
import { Button } from "#components/ui/button.tsx";

export const metadata: Metadata = { title: "No access" };

export default async function NoAccessPage({
  searchParams,
}: {
  searchParams: Promise<{ reason?: string | string[] }>;
}) {
  const { reason } = await searchParams;
  const disabled = reason === "disabled";
  return (
    <PlainPage title={disabled ? "Your account is switched off here" : "You have no role here yet"}>
      <p>
        {disabled
          ? "Your organisation knows you, but an administrator of the panel has switched your account off."
          : "Your organisation knows you, but none of your groups has a role in the panel. No session was begun."}
      </p>
      <p className="text-muted">
        {disabled
          ? "Ask an administrator to switch it on, then sign in again."
          : "Ask an administrator to put you in one of its groups, then sign in again: roles are read at every sign-in."}
      </p>
      <Button asChild size="lg">
        <a href="/saml/login">Sign in again</a>
      </Button>
    </PlainPage>
  );
}
