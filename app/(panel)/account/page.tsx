import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { TokensCard } from "#components/account/tokens-card.tsx";
import { Card, CardBody, CardHeader, Fact, Facts } from "#components/ui/card.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { ROLE_WORDS } from "#lib/access/constants.ts";
import { may } from "#lib/access/policy.ts";
import { listTokens } from "#lib/access/queries/list-tokens.ts";
import { readOwnSession } from "#lib/access/queries/read-session.ts";

export const metadata: Metadata = { title: "Your account" };

export default async function AccountPage() {
  const actor = await requireActor();
  const { user } = await readOwnSession(actor);
  const tokens = may(actor, "tokens.manage").ok ? await listTokens(actor) : null;
  return (
    <Page>
      <PageHeader title="Your account" />
      <div className="grid gap-4">
        <Card>
          <CardHeader title={user.name} note="As the identity provider said when you signed in." />
          <CardBody>
            <Facts>
              <Fact name="Mail">{user.email}</Fact>
              <Fact name="Username">{user.username}</Fact>
              <Fact name="Roles">{user.roles.map((role) => ROLE_WORDS[role]).join(", ")}</Fact>
            </Facts>
          </CardBody>
        </Card>
        {tokens ? <TokensCard initialData={tokens} roles={user.roles} /> : null}
      </div>
    </Page>
  );
}
