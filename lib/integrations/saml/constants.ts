export const ASSERTION_NS = "urn:oasis:names:tc:SAML:2.0:assertion";
export const PROTOCOL_NS = "urn:oasis:names:tc:SAML:2.0:protocol";
export const METADATA_NS = "urn:oasis:names:tc:SAML:2.0:metadata";
export const SIGNATURE_NS = "http://www.w3.org/2000/09/xmldsig#";

export const SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success";
export const BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
export const TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
export const ENTITY_FORMAT = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";
export const REDIRECT_BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

/** What the clocks of the identity provider and the panel may differ by. */
export const CLOCK_SKEW_MS = 60_000;

/** A whole response, as text, after base64: real ones have 5 to 20 KB, and canonicalising grows faster than the text. */
export const MAX_RESPONSE_BYTES = 96 * 1024;
