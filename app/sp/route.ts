import { answerMetadata } from "#lib/api/saml-endpoints.ts";

export const dynamic = "force-dynamic";

/** The address identity providers know from the system before this one. */
export const GET = answerMetadata;
