import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { currentActor } from "#app/actor.ts";
import { PlainPage } from "#components/sign-in/plain-page.tsx";
import { explainProblem } from "#components/sign-in/problem.ts";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { toLocalPath } from "#lib/access/return-to.ts";

export const metadata: Metadata = { title: "Sign in" };

interface SignInProps {
  searchParams: Promise<Record<"returnTo" | "problem" | "signedOut" | "requestId", string | string[] | undefined>>;
}

export default async function SignInPage({ searchParams }: SignInProps) {
  const { returnTo, problem, signedOut, requestId } = await searchParams;
  const path = toLocalPath(returnTo);
  if (await currentActor()) redirect(path);
  const explained = typeof problem === "string" ? explainProblem(problem) : null;
  return (
    <PlainPage title={signedOut ? "You are signed out" : "Sign in to go on"}>
      {explained ? (
        <Callout tone="failed" title={explained.title}>
          {explained.text}
          {typeof requestId === "string" && /^[\w.-]{8,64}$/.test(requestId) ? (
            <p className="mt-1 break-all text-muted text-xs">
              Request <code>{requestId}</code>
            </p>
          ) : null}
        </Callout>
      ) : null}
      <Button asChild variant="primary" size="lg">
        {/* Not a Link: it leaves the panel for the identity provider. */}
        <a href={`/saml/login${path === "/" ? "" : `?returnTo=${encodeURIComponent(path)}`}`}>
          {signedOut ? "Sign in again" : "Sign in"}
        </a>
      </Button>
      <p className="text-muted text-sm">
        You sign in at your organisation’s own page; the panel never sees your password.
      </p>
    </PlainPage>
  );
}
