import { z } from "zod";

const EMAIL = [
  "email",
  "mail",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
  "urn:oid:0.9.2342.19200300.100.1.3",
];
const DISPLAY_NAME = [
  "displayName",
  "http://schemas.microsoft.com/identity/claims/displayname",
  "urn:oid:2.16.840.1.113730.3.1.241",
  "name",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
];
const GIVEN_NAME = [
  "givenName",
  "firstName",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname",
  "urn:oid:2.5.4.42",
];
const SURNAME = [
  "surname",
  "sn",
  "lastName",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname",
  "urn:oid:2.5.4.4",
];

type Attributes = ReadonlyMap<string, readonly string[]>;

const first = (attributes: Attributes, names: string[]) =>
  names.map((name) => attributes.get(name)?.find((value) => value !== "")).find((value) => value !== undefined) ?? "";

/** Control and formatting characters could turn a name around on a page or break a mail header. */
const clean = (text: string) =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .trim()
    .slice(0, 200);

/** Name and address for pages and mail. Neither ever decides who somebody is. */
export function readProfile(nameId: string, attributes: Attributes): { email: string; displayName: string } {
  const email = [first(attributes, EMAIL), nameId].find((candidate) => z.email().max(320).safeParse(candidate).success);
  const fullName = `${first(attributes, GIVEN_NAME)} ${first(attributes, SURNAME)}`;
  return {
    email: email ?? "",
    displayName: clean(first(attributes, DISPLAY_NAME)) || clean(fullName) || clean(nameId),
  };
}
