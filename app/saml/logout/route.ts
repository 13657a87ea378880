import { answerLogout } from "#lib/api/saml-endpoints.ts";

export const dynamic = "force-dynamic";

/** The provider comes back by redirect or by form; either way nothing is left to do here but to show the sign-in page. */
export const GET = answerLogout;
export const POST = answerLogout;
