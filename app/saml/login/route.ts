import { answerLogin } from "#lib/api/saml-endpoints.ts";

export const dynamic = "force-dynamic";

export const GET = answerLogin;
