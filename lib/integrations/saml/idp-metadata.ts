import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { AppError } from "#lib/platform/errors.ts";
import { METADATA_NS, REDIRECT_BINDING, SIGNATURE_NS } from "./constants.ts";
import { allElements, childElements, parseXml, readText } from "./xml.ts";

/** What the panel must know of its identity provider. */
export interface IdentityProvider {
  entityId: string;
  ssoUrl: string;
  /** Where single logout begins, if the provider offers it. */
  sloUrl: string | null;
  /** PEM. Two while a key is being rolled over. */
  certificates: string[];
}

const MIN_RSA_BITS = 2048;

function problem(detail: string, cause?: unknown): AppError {
  return new AppError({
    code: "saml.metadata",
    message: "The metadata of the identity provider cannot be used, so nobody can sign in.",
    advice: "An administrator must look at the file that SAML_IDP_METADATA_PATH names.",
    detail,
    status: 503,
    retry: "needs_person",
    cause,
  });
}

const md = (parent: Element, name: string) => childElements(parent, METADATA_NS, name);

function findLocation(descriptor: Element, name: string): string | null {
  const service = md(descriptor, name).find((one) => one.getAttribute("Binding") === REDIRECT_BINDING);
  const location = service?.getAttribute("Location");
  if (!location) return null;
  if (!URL.canParse(location) || !/^https?:$/.test(new URL(location).protocol))
    throw problem(`${name} has no address that a browser can open.`);
  return location;
}

function readCertificates(descriptor: Element): string[] {
  const pems: string[] = [];
  for (const key of md(descriptor, "KeyDescriptor")) {
    if ((key.getAttribute("use") || "signing") !== "signing") continue;
    for (const element of allElements(key)) {
      if (element.localName !== "X509Certificate" || element.namespaceURI !== SIGNATURE_NS) continue;
      const certificate = new X509Certificate(Buffer.from(readText(element).replace(/\s/g, ""), "base64"));
      const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
      if (asymmetricKeyType !== "rsa" || (asymmetricKeyDetails?.modulusLength ?? 0) < MIN_RSA_BITS)
        throw problem(`A signing certificate must hold an RSA key of at least ${MIN_RSA_BITS} bits.`);
      pems.push(certificate.toString());
    }
  }
  return [...new Set(pems)];
}

/** Parses metadata XML with exactly one identity provider in it. */
export function parseIdpMetadata(xml: string, now = new Date()): IdentityProvider {
  const root = parseXml(xml);
  const providers = [...allElements(root)].filter(
    (element) => element.localName === "IDPSSODescriptor" && element.namespaceURI === METADATA_NS,
  );
  const [descriptor] = providers;
  if (!descriptor || providers.length > 1) throw problem("It must describe exactly one identity provider.");
  const entity = descriptor.parentNode as Element;
  const entityId = entity.getAttribute("entityID");
  if (!entityId) throw problem("It has no entityID.");
  for (const element of [root, entity, descriptor]) {
    const until = element.getAttribute("validUntil");
    if (until && !(new Date(until) > now)) throw problem(`It was valid until ${until}.`);
  }
  const ssoUrl = findLocation(descriptor, "SingleSignOnService");
  if (!ssoUrl) throw problem("It offers no sign-in by HTTP-Redirect.");
  const certificates = readCertificates(descriptor);
  if (certificates.length === 0) throw problem("It has no signing certificate.");
  return { entityId, ssoUrl, sloUrl: findLocation(descriptor, "SingleLogoutService"), certificates };
}

/** Reads the metadata file, every time: it is small, sign-ins are few, and a certificate taken out of it counts at once. */
export async function readIdpMetadata(path: string): Promise<IdentityProvider> {
  let xml: string;
  try {
    xml = await readFile(path, "utf8");
  } catch (error) {
    throw problem(`The file ${path} cannot be read.`, error);
  }
  try {
    return parseIdpMetadata(xml.replace(/^\uFEFF/, ""));
  } catch (error) {
    if (error instanceof AppError && error.code === "saml.metadata") throw error;
    throw problem(error instanceof Error ? error.message : String(error), error);
  }
}
