import { z } from "zod";
import { createToken } from "#lib/access/commands/create-token.ts";
import { revokeToken } from "#lib/access/commands/revoke-token.ts";
import { listTokens } from "#lib/access/queries/list-tokens.ts";
import { CreateToken, TokenView } from "#lib/access/schema.ts";
import { defineRoute } from "#lib/api/define-route.ts";

const list = defineRoute({
  method: "GET",
  path: "/tokens",
  action: "tokens.manage",
  summary: "Your own API tokens.",
  output: z.object({ tokens: z.array(TokenView) }),
  handler: async ({ actor }) => ({ tokens: await listTokens(actor) }),
});

const create = defineRoute({
  method: "POST",
  path: "/tokens",
  action: "tokens.manage",
  summary: "Makes an API token; its text is shown this once.",
  body: CreateToken,
  output: TokenView.extend({ token: z.string() }),
  status: 201,
  handler: ({ actor, body }) => createToken(actor, body),
});

const revoke = defineRoute({
  method: "DELETE",
  path: "/tokens/{tokenId}",
  action: "tokens.manage",
  summary: "Takes away one of your own API tokens.",
  params: z.object({ tokenId: z.uuid() }),
  output: z.object({}),
  handler: async ({ actor, params }) => {
    await revokeToken(actor, params.tokenId);
    return {};
  },
});

export const tokenRoutes = [list, create, revoke] as const;
