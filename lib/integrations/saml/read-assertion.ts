import { ASSERTION_NS, BEARER, CLOCK_SKEW_MS, ENTITY_FORMAT, TRANSIENT } from "./constants.ts";
import { refuseResponse } from "./refusal.ts";
import { childElements, parseXml, readText } from "./xml.ts";

/** Who signs in, as the signed assertion says. */
export interface Identity {
  issuer: string;
  nameId: string;
  nameIdFormat: string | null;
  sessionIndex: string | null;
  /** The assertion's own id, accepted once. */
  assertionId: string;
  /** After this moment the assertion is refused for its age. */
  usableUntil: Date;
  /** When the identity provider says the session must end, if it does. */
  sessionEndsAt: Date | null;
  /** Attribute name → values. */
  attributes: ReadonlyMap<string, readonly string[]>;
}

export interface Expected {
  issuer: string;
  audience: string;
  acsUrl: string;
  /** Id of the request the browser is answering. */
  requestId: string;
  now: Date;
}

const children = (parent: Element, name: string) => childElements(parent, ASSERTION_NS, name);

function one(parent: Element, name: string): Element {
  const [found, ...more] = children(parent, name);
  if (!found || more.length > 0) throw refuseResponse("malformed", `The assertion needs exactly one ${name}.`);
  return found;
}

/** An instant in UTC, as SAML writes them; anything else is no instant. */
function readInstant(element: Element, name: string): Date | null {
  const text = element.getAttribute(name);
  if (!text) return null;
  const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(instant.getTime())) throw refuseResponse("malformed", `${name} is not an instant in UTC.`);
  return instant;
}

/** Proves that now lies in the window of an element, which must have an end; answers that end. */
function requireWindow(element: Element, now: Date): Date {
  const from = readInstant(element, "NotBefore");
  const until = readInstant(element, "NotOnOrAfter");
  if (!until) throw refuseResponse("timeless", `${element.localName} has no end.`);
  if (from && from.getTime() > now.getTime() + CLOCK_SKEW_MS)
    throw refuseResponse("not_yet", "The assertion is not valid yet; the clocks differ too much.");
  if (until.getTime() <= now.getTime() - CLOCK_SKEW_MS)
    throw refuseResponse("expired", "The sign-in took too long and is no longer valid.");
  return until;
}

/** Why one confirmation does not count, or when it ends. */
function readConfirmation(confirmation: Element, expected: Expected): Date {
  if (confirmation.getAttribute("Method") !== BEARER)
    throw refuseResponse("confirmation", "The assertion is not for the bearer.");
  const data = one(confirmation, "SubjectConfirmationData");
  if (data.getAttribute("Recipient") !== expected.acsUrl)
    throw refuseResponse("recipient", "The assertion is meant for another address.");
  if (data.getAttribute("InResponseTo") !== expected.requestId)
    throw refuseResponse("in_response_to", "The assertion answers another sign-in, or none.");
  return requireWindow(data, expected.now);
}

function requireConfirmation(subject: Element, expected: Expected): Date {
  let reason: unknown = refuseResponse("confirmation", "The assertion does not say who may use it.");
  for (const confirmation of children(subject, "SubjectConfirmation")) {
    try {
      return readConfirmation(confirmation, expected);
    } catch (error) {
      reason = error;
    }
  }
  throw reason;
}

function requireAudience(conditions: Element, audience: string): void {
  const restrictions = children(conditions, "AudienceRestriction");
  const allMeanUs = restrictions.every((restriction) =>
    children(restriction, "Audience").some((one) => readText(one) === audience),
  );
  if (restrictions.length === 0 || !allMeanUs)
    throw refuseResponse("audience", "The assertion is meant for another application.");
}

/** The account is Subject/NameID and nothing else: an attribute of that name is an attribute. */
function readNameId(subject: Element): { nameId: string; nameIdFormat: string | null } {
  const element = one(subject, "NameID");
  const nameId = readText(element);
  const nameIdFormat = element.getAttribute("Format") || null;
  if (nameId === "" || nameId.length > 255 || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(nameId))
    throw refuseResponse("name_id", "The identity provider did not say who you are.");
  if (nameIdFormat === TRANSIENT)
    throw refuseResponse(
      "name_id",
      "The identity provider gives a new name at every sign-in; it must be set to a lasting one.",
    );
  return { nameId, nameIdFormat };
}

function readAttributes(assertion: Element): Map<string, string[]> {
  const attributes = new Map<string, string[]>();
  for (const statement of children(assertion, "AttributeStatement"))
    for (const attribute of children(statement, "Attribute")) {
      const name = attribute.getAttribute("Name") ?? "";
      const values = children(attribute, "AttributeValue").filter((value) => childElements(value).length === 0);
      attributes.set(name, [...(attributes.get(name) ?? []), ...values.map(readText)]);
    }
  return attributes;
}

/** Reads a signed assertion (canonical text, exactly what the signature covers) and proves that it is for us, now, for this request. */
export function readAssertion(signedXml: string, expected: Expected): Identity {
  const assertion = parseXml(signedXml);
  if (assertion.localName !== "Assertion" || assertion.namespaceURI !== ASSERTION_NS)
    throw refuseResponse("malformed", "What is signed is not an assertion.");
  const assertionId = assertion.getAttribute("ID");
  if (!assertionId || assertion.getAttribute("Version") !== "2.0")
    throw refuseResponse("malformed", "The assertion has no id or is not SAML 2.0.");
  const issuer = one(assertion, "Issuer");
  const format = issuer.getAttribute("Format");
  if (readText(issuer) !== expected.issuer || (format && format !== ENTITY_FORMAT))
    throw refuseResponse("issuer", "The assertion comes from another identity provider.");
  const issuedAt = readInstant(assertion, "IssueInstant");
  if (!issuedAt || issuedAt.getTime() > expected.now.getTime() + CLOCK_SKEW_MS)
    throw refuseResponse("not_yet", "The assertion was issued in the future; the clocks differ too much.");

  const subject = one(assertion, "Subject");
  const confirmedUntil = requireConfirmation(subject, expected);
  const conditions = one(assertion, "Conditions");
  const validUntil = requireWindow(conditions, expected.now);
  requireAudience(conditions, expected.audience);

  const statement = children(assertion, "AuthnStatement")[0];
  if (!statement) throw refuseResponse("malformed", "The assertion does not say that anybody signed in.");
  const sessionEndsAt = readInstant(statement, "SessionNotOnOrAfter");
  if (sessionEndsAt && sessionEndsAt <= expected.now)
    throw refuseResponse("expired", "The identity provider's session is over.");
  return {
    issuer: expected.issuer,
    ...readNameId(subject),
    sessionIndex: statement.getAttribute("SessionIndex")?.slice(0, 255) || null,
    assertionId,
    usableUntil: new Date(Math.min(confirmedUntil.getTime(), validUntil.getTime()) + CLOCK_SKEW_MS),
    sessionEndsAt,
    attributes: readAttributes(assertion),
  };
}
