import { describe, expect, it } from "vitest";
import { readProfile } from "./identity-attributes.ts";
import { toLocalPath } from "./return-to.ts";
import { resolveRoles } from "./role-patterns.ts";
import { readRoles, writeRoles } from "./roles.ts";
import { usernameCandidates } from "./username.ts";

const ISSUER = "https://idp.example.org";

describe("a username", () => {
  it.each([
    ["john.smith@example.org", "john-smith"],
    ["johnsmith@example.org", "johnsmith"],
    ["J\u00f6rg M\u00fcller", "jorg-muller"],
    ["--__--@example.org", "user"],
    ["\u0438\u0432\u0430\u043d@example.org", "user"],
    [`${"a".repeat(80)}@example.org`, "a".repeat(50)],
  ])("of %j is %j when that is free", (nameId, expected) => {
    expect(usernameCandidates(ISSUER, nameId)[0]).toBe(expected);
  });

  it("has a second choice that belongs to this account alone", () => {
    const second = (issuer: string, nameId: string) => usernameCandidates(issuer, nameId)[2];
    const choices = [
      second(ISSUER, "john.smith@example.org"),
      second(ISSUER, "john-smith@example.org"),
      second(ISSUER, "john.smith@example.com"),
      second("https://other.example.org", "john.smith@example.org"),
    ];
    expect(new Set(choices).size).toBe(4);
    for (const choice of choices) expect(choice).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
  });
});

describe("the roles of groups", () => {
  const settings = {
    SAML_ROLE_VIEWER: "^viewers$",
    SAML_ROLE_STAFF: "^(staff|faculty)-\\d+$",
    SAML_ROLE_MANAGER: "",
    SAML_ROLE_DBA: "^dbas$",
    SAML_ROLE_ADMIN: "^admins$",
  };
  it("are all that match", () => {
    expect(resolveRoles(["faculty-7", "dbas", "x"], settings)).toEqual(["staff", "dba"]);
  });
  it("are none without groups, with the wrong case, or for an empty pattern", () => {
    expect(resolveRoles([], settings)).toEqual([]);
    expect(resolveRoles(["Admins", "admins\n", "", "managers"], settings)).toEqual([]);
  });
  it("are stored so that an unknown word gives nothing", () => {
    expect(writeRoles(["staff", "admin", "staff"])).toBe("admin,staff");
    expect(readRoles("admin,staff")).toEqual(["staff", "admin"]);
    expect(readRoles("root,,Admin")).toEqual([]);
  });
});

describe("name and address", () => {
  const attributes = (entries: Record<string, string[]>) => new Map(Object.entries(entries));
  it("are found under the names providers use", () => {
    const azure = attributes({
      "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress": ["sam@example.org"],
      "http://schemas.microsoft.com/identity/claims/displayname": ["Sam Sand"],
    });
    expect(readProfile("x", azure)).toEqual({ email: "sam@example.org", displayName: "Sam Sand" });
    const oids = attributes({ "urn:oid:2.5.4.42": ["Sam"], "urn:oid:2.5.4.4": ["Sand"] });
    expect(readProfile("sam@example.org", oids)).toEqual({ email: "sam@example.org", displayName: "Sam Sand" });
  });
  it("never break a mail header or a page", () => {
    const evil = attributes({ email: ["a@b.org\r\nBcc: c@d.org"], displayName: ["Sam\u202e\r\nBcc: x"] });
    expect(readProfile("sam", evil)).toEqual({ email: "", displayName: "Sam Bcc: x" });
  });
});

describe("the way back after sign-in", () => {
  it.each(["/", "/runs/1?x=%2F#L1", "/services/a?b=c&d=//e"])("keeps %j", (path) => {
    expect(toLocalPath(path)).toBe(path);
  });
  it.each([
    null,
    undefined,
    ["/a", "/b"],
    "",
    "runs",
    "//x",
    "/\\x",
    "\\/x",
    "/\t/x",
    "/\n/x",
    "/x\u2028",
    "http:x",
    "javascript:alert(1)",
    "/.//x",
    "/a/..//x",
    "/%2e//x",
    "/api/v1/session",
    "/saml/login",
    "/sign-in",
    `/${"a".repeat(3000)}`,
  ])("turns %j into the home page", (path) => {
    expect(toLocalPath(path)).toBe("/");
  });
});
