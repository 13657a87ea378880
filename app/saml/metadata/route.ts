import { answerMetadata } from "#lib/api/saml-endpoints.ts";

export const dynamic = "force-dynamic";

export const GET = answerMetadata;
