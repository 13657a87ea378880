import { XMLBuilder } from "fast-xml-parser";

export interface MetadataInput {
  entityId: string;
  ssoUrl: string;
  cert: string;
}

/** The provider's metadata: who it is, where to send people, and which key signs. */
export function buildMetadata({ entityId, ssoUrl, cert }: MetadataInput): string {
  const certificate = cert.replace(/-----[^-]+-----|\s/g, "");
  const xml = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: "@", format: true }).build({
    "md:EntityDescriptor": {
      "@xmlns:md": "urn:oasis:names:tc:SAML:2.0:metadata",
      "@xmlns:ds": "http://www.w3.org/2000/09/xmldsig#",
      "@entityID": entityId,
      "md:IDPSSODescriptor": {
        "@protocolSupportEnumeration": "urn:oasis:names:tc:SAML:2.0:protocol",
        "@WantAuthnRequestsSigned": "false",
        "md:KeyDescriptor": {
          "@use": "signing",
          "ds:KeyInfo": { "ds:X509Data": { "ds:X509Certificate": certificate } },
        },
        "md:NameIDFormat": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
        "md:SingleSignOnService": {
          "@Binding": "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
          "@Location": ssoUrl,
        },
      },
    },
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xml}`;
}
