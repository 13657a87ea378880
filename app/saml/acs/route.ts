import { answerAcs } from "#lib/api/saml-endpoints.ts";

export const dynamic = "force-dynamic";

export const POST = answerAcs;
