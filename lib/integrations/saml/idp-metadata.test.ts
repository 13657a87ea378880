import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { buildMetadata } from "#local/idp/metadata.ts";
import { createSigningKey } from "#local/idp/signing-key.ts";
import { parseIdpMetadata, readIdpMetadata } from "./idp-metadata.ts";
import { buildLogoutUrl, describeServiceProvider } from "./service-provider.ts";

let xml: string;
let other: string;
beforeAll(async () => {
  const make = async () =>
    buildMetadata({
      entityId: "urn:idp",
      ssoUrl: "https://idp.example.org/sso",
      cert: (await createSigningKey()).cert,
    });
  [xml, other] = [await make(), await make()];
});
const keyOf = (metadata: string) => /<md:KeyDescriptor[\s\S]*<\/md:KeyDescriptor>/.exec(metadata)?.[0] ?? "";
const SLO =
  '<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.org/slo"/>';
/** Why it cannot be used, for the operator. */
const problemOf = (metadata: string) => {
  try {
    parseIdpMetadata(metadata);
    return null;
  } catch (error) {
    return (error as { detail?: string; message: string }).detail ?? (error as Error).message;
  }
};

describe("an identity provider's metadata", () => {
  it("says who it is, where people sign in, and with which keys it signs", () => {
    const idp = parseIdpMetadata(xml.replace("</md:KeyDescriptor>", `</md:KeyDescriptor>${keyOf(other)}`));
    expect(idp).toMatchObject({ entityId: "urn:idp", ssoUrl: "https://idp.example.org/sso", sloUrl: null });
    expect(idp.certificates).toHaveLength(2);
  });

  it("may wrap its provider, break its certificate into lines, and leave the use of a key open", () => {
    const lines = xml.replace(
      /(<ds:X509Certificate>)([^<]+)/,
      (_, tag: string, text: string) => `${tag}\n${text.replace(/(.{64})/g, "$1\n")}\n`,
    );
    const open = lines.replace(' use="signing"', "").replace(/<\?xml[^>]*\?>/, "");
    const wrapped = `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">${open}</md:EntitiesDescriptor>`;
    expect(parseIdpMetadata(wrapped).certificates).toEqual(parseIdpMetadata(xml).certificates);
  });

  it("does not lend its encryption key for signing", () => {
    expect(problemOf(xml.replace('use="signing"', 'use="encryption"'))).toBe("It has no signing certificate.");
  });

  it.each([
    [
      "two providers",
      () => xml.replace(/(<md:IDPSSODescriptor[\s\S]*<\/md:IDPSSODescriptor>)/, "$1$1"),
      "exactly one identity provider",
    ],
    ["none", () => "<x/>", "exactly one identity provider"],
    ["no redirect binding", () => xml.replace("HTTP-Redirect", "HTTP-POST"), "no sign-in by HTTP-Redirect"],
    [
      "an address that is a script",
      () => xml.replace("https://idp.example.org/sso", "javascript:alert(1)"),
      "no address",
    ],
    ["a document type", () => xml.replace("?>", "?><!DOCTYPE a>"), "document type"],
    [
      "a date that has passed",
      () => xml.replace("entityID=", 'validUntil="2020-01-01T00:00:00Z" entityID='),
      "valid until",
    ],
    ["a date that is none", () => xml.replace("entityID=", 'validUntil="soon" entityID='), "valid until"],
  ])("is refused with %s", (_, make, reason) => {
    expect(problemOf(make())).toContain(reason);
  });

  it("is refused with a key that is too small or of another kind", () => {
    const folder = mkdtempSync(join(tmpdir(), "seaworthy-keys-"));
    for (const kind of [["rsa:1024"], ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]]) {
      const out = join(folder, "cert.pem");
      execFileSync(
        "openssl",
        ["req", "-x509", "-newkey", ...kind, "-nodes", "-subj", "/CN=x", "-keyout", "/dev/null", "-out", out],
        { stdio: "ignore" },
      );
      expect(
        problemOf(buildMetadata({ entityId: "urn:idp", ssoUrl: "https://x/", cert: readFileSync(out, "utf8") })),
      ).toContain("2048 bits");
    }
    rmSync(folder, { recursive: true });
  });

  it("that cannot be read asks for a person, not for another try", async () => {
    await expect(readIdpMetadata("/nowhere/idp.xml")).rejects.toMatchObject({ status: 503, retry: "needs_person" });
  });
});

describe("signing out", () => {
  const sp = describeServiceProvider("https://panel.example.org");
  const subject = { nameId: "sam@example.org", sessionIndex: "_1" };

  it("goes on to the provider where it offers that", async () => {
    const idp = parseIdpMetadata(xml.replace("<md:NameIDFormat>", `${SLO}<md:NameIDFormat>`));
    const url = new URL((await buildLogoutUrl(sp, idp, subject)) ?? "");
    expect(`${url.origin}${url.pathname}`).toBe("https://idp.example.org/slo");
    expect(url.searchParams.get("SAMLRequest")).not.toBeNull();
  });

  it("stays here where it does not", async () => {
    expect(await buildLogoutUrl(sp, parseIdpMetadata(xml), subject)).toBeNull();
  });
});
