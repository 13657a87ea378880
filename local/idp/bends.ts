/** Fields of a response a test may set; null takes the field away. */
export interface FieldOverrides {
  /** Of the response and of the assertion. */
  issuer?: string | null;
  assertionIssuer?: string | null;
  destination?: string | null;
  responseInResponseTo?: string | null;
  subjectInResponseTo?: string | null;
  recipient?: string | null;
  /** null takes the whole AudienceRestriction away. */
  audience?: string | null;
  /** Of Conditions. */
  notBefore?: Date | null;
  notOnOrAfter?: Date | null;
  /** Of SubjectConfirmationData. */
  subjectNotOnOrAfter?: Date | null;
  conditions?: null;
  issueInstant?: Date;
  nameId?: string | null;
  nameIdFormat?: string | null;
  subjectConfirmation?: "bearer" | "holder-of-key" | "sender-vouches" | null;
  /** Last part of the status, such as `Responder`. */
  status?: string;
  responseId?: string;
  /** The same id twice is a replay. */
  assertionId?: string;
  /** Adds an attribute of this many bytes. */
  padding?: number;
  /** Any other change of the document before it is signed. */
  bend?: (document: Document) => void;
}

const ASSERTION_NS = "urn:oasis:names:tc:SAML:2.0:assertion";
const PROTOCOL_NS = "urn:oasis:names:tc:SAML:2.0:protocol";
const CLOCK_SKEW_MS = 60_000;

type Attribute = string | Date | null | undefined;

function setAttribute(element: Element | undefined, name: string, value: Attribute): void {
  if (!element || value === undefined) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value instanceof Date ? value.toISOString() : value);
}

function setText(element: Element | undefined, text: string | null | undefined): void {
  if (!element || text === undefined) return;
  if (text === null) element.parentNode?.removeChild(element);
  else element.textContent = text;
}

const findAll = (parent: Document | Element, name: string, namespace = ASSERTION_NS) =>
  Array.from(parent.getElementsByTagNameNS(namespace, name));
const find = (parent: Document | Element, name: string, namespace?: string) => findAll(parent, name, namespace)[0];

function bendTimes(document: Document, over: FieldOverrides): void {
  const conditions = find(document, "Conditions");
  const skewed = new Date(Date.now() - CLOCK_SKEW_MS);
  setAttribute(conditions, "NotBefore", over.notBefore === undefined ? skewed : over.notBefore);
  setAttribute(conditions, "NotOnOrAfter", over.notOnOrAfter);
  setAttribute(find(document, "SubjectConfirmationData"), "NotOnOrAfter", over.subjectNotOnOrAfter);
  if (over.issueInstant) {
    setAttribute(document.documentElement, "IssueInstant", over.issueInstant);
    setAttribute(find(document, "Assertion"), "IssueInstant", over.issueInstant);
    setAttribute(find(document, "AuthnStatement"), "AuthnInstant", over.issueInstant);
  }
  if (over.conditions === null) setText(conditions, null);
}

function bendSubject(document: Document, over: FieldOverrides): void {
  const nameId = find(document, "NameID");
  setAttribute(nameId, "Format", over.nameIdFormat);
  setText(nameId, over.nameId);
  const confirmation = find(document, "SubjectConfirmation");
  const data = find(document, "SubjectConfirmationData");
  setAttribute(data, "InResponseTo", over.subjectInResponseTo);
  setAttribute(data, "Recipient", over.recipient);
  if (over.subjectConfirmation === null) setText(confirmation, null);
  else if (over.subjectConfirmation)
    setAttribute(confirmation, "Method", `urn:oasis:names:tc:SAML:2.0:cm:${over.subjectConfirmation}`);
}

function addPadding(document: Document, bytes: number): void {
  const [statement] = findAll(document, "AttributeStatement");
  const attribute = document.createElementNS(ASSERTION_NS, "saml:Attribute");
  attribute.setAttribute("Name", "padding");
  const value = document.createElementNS(ASSERTION_NS, "saml:AttributeValue");
  value.textContent = "x".repeat(bytes);
  attribute.appendChild(value);
  statement?.appendChild(attribute);
}

/** Sets the fields in a response that is not signed yet. */
export function bendResponse(document: Document, over: FieldOverrides): void {
  const response = document.documentElement;
  const assertion = find(document, "Assertion");
  bendTimes(document, over);
  bendSubject(document, over);
  setAttribute(response, "ID", over.responseId);
  setAttribute(response, "Destination", over.destination);
  setAttribute(response, "InResponseTo", over.responseInResponseTo);
  setAttribute(assertion, "ID", over.assertionId);
  if (over.audience === null) setText(find(document, "AudienceRestriction"), null);
  else setText(find(document, "Audience"), over.audience);
  const assertionIssuer = over.assertionIssuer === undefined ? over.issuer : over.assertionIssuer;
  if (assertion) setText(find(assertion, "Issuer"), assertionIssuer);
  setText(
    findAll(document, "Issuer").find((issuer) => issuer.parentNode === response),
    over.issuer,
  );
  if (over.status)
    setAttribute(
      find(document, "StatusCode", PROTOCOL_NS),
      "Value",
      `urn:oasis:names:tc:SAML:2.0:status:${over.status}`,
    );
  if (over.padding) addPadding(document, over.padding);
  over.bend?.(document);
}
