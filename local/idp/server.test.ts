import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SAML, ValidateInResponseTo } from "@node-saml/node-saml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isAllowedUrl } from "./allow-list.ts";
import { type Provider, startProvider } from "./server.ts";

const acsUrl = "http://127.0.0.1:4567/saml/acs";
const audience = "http://127.0.0.1:4567/saml/metadata";

describe("the local identity provider", () => {
  const dir = mkdtempSync(join(tmpdir(), "idp-"));
  const metadataFile = join(dir, "metadata.xml");
  let provider: Provider;
  beforeAll(async () => {
    provider = await startProvider({ stateDir: dir, metadataFile, acsUrls: ["http://127.0.0.1:*/saml/acs"] });
  });
  afterAll(async () => {
    await provider.close();
    rmSync(dir, { recursive: true });
  });

  const certificate = () => /<ds:X509Certificate>([^<]+)</.exec(readFileSync(metadataFile, "utf8"))?.[1] ?? "";
  const createServiceProvider = (callbackUrl = acsUrl) =>
    new SAML({
      callbackUrl,
      issuer: audience,
      audience,
      entryPoint: `${provider.url}/sso`,
      idpCert: certificate(),
      idpIssuer: `${provider.url}/metadata`,
      wantAuthnResponseSigned: true,
      validateInResponseTo: ValidateInResponseTo.always,
    });
  const hiddenField = (html: string, name: string) =>
    new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? "";

  const choose = async (serviceProvider: SAML, account: string) => {
    const address = await serviceProvider.getAuthorizeUrlAsync("/services?tab=all", undefined, {});
    const page = await fetch(address);
    const html = await page.text();
    expect(page.status).toBe(200);
    const form = new URLSearchParams({
      SAMLRequest: hiddenField(html, "SAMLRequest"),
      RelayState: hiddenField(html, "RelayState"),
      account,
    });
    const answer = await fetch(`${provider.url}/sso`, { method: "POST", body: form });
    return { status: answer.status, html: await answer.text(), policy: answer.headers.get("content-security-policy") };
  };

  it("writes metadata that names itself, its sign-in address and its certificate", async () => {
    const metadata = readFileSync(metadataFile, "utf8");
    expect(metadata).toBe(await (await fetch(`${provider.url}/metadata`)).text());
    expect(metadata).toContain(`entityID="${provider.url}/metadata"`);
    expect(metadata).toMatch(/SingleSignOnService Binding="[^"]+HTTP-Redirect" Location="[^"]+\/sso"/);
    expect(certificate()).toMatch(/^[A-Za-z0-9+/=]{800,}$/);
  });

  it("signs an account in, as node-saml sees it, and returns the relay state", async () => {
    const serviceProvider = createServiceProvider();
    const { html, policy } = await choose(serviceProvider, "mona");
    expect(html).toContain(`action="${acsUrl}"`);
    expect(policy).toContain("form-action http://127.0.0.1:4567;");
    expect(hiddenField(html, "RelayState")).toBe("/services?tab=all");
    const SAMLResponse = hiddenField(html, "SAMLResponse");
    const { profile } = await serviceProvider.validatePostResponseAsync({ SAMLResponse });
    expect(profile).toMatchObject({
      nameID: "mona@seaworthy.test",
      displayName: "Mona Moor",
      groups: "seaworthy-managers",
    });
    await expect(createServiceProvider().validatePostResponseAsync({ SAMLResponse })).rejects.toThrow(/InResponseTo/);
  });

  it("knows somebody without any group", async () => {
    const serviceProvider = createServiceProvider();
    const { html } = await choose(serviceProvider, "nora");
    const SAMLResponse = hiddenField(html, "SAMLResponse");
    const { profile } = await serviceProvider.validatePostResponseAsync({ SAMLResponse });
    expect(profile?.nameID).toBe("nora@seaworthy.test");
    expect(profile?.groups).toBeUndefined();
  });

  it("answers only to addresses on its list, and shows why not", async () => {
    const elsewhere = createServiceProvider("https://evil.test/saml/acs");
    const page = await fetch(await elsewhere.getAuthorizeUrlAsync("", undefined, {}));
    expect(page.status).toBe(400);
    expect(await page.text()).toContain("Answers may not be sent to https://evil.test/saml/acs");
    expect((await fetch(`${provider.url}/sso?SAMLRequest=nonsense`)).status).toBe(400);
    expect((await choose(createServiceProvider(), "nobody")).status).toBe(400);
  });

  it("keeps its key", async () => {
    const again = await startProvider({ stateDir: dir });
    try {
      expect(again.metadata).toContain(certificate());
    } finally {
      await again.close();
    }
  });
});

describe("the list of allowed addresses", () => {
  it.each([
    ["http://127.0.0.1:*/acs", "http://127.0.0.1:8080/acs", true],
    ["http://127.0.0.1:*/acs", "http://127.0.0.1:8080/other", false],
    ["http://127.0.0.1:*/acs", "http://127.0.0.1.evil.test/acs", false],
    ["http://localhost:*/*", "http://localhost:3000/saml/acs", true],
    ["http://localhost:*/*", "http://user@localhost:3000/saml/acs", false],
    ["https://panel.test/acs", "https://panel.test/acs", true],
    ["https://panel.test/acs", "http://panel.test/acs", false],
    ["https://panel.test/acs", "https://panel.test:8443/acs", false],
  ])("%s with %s: %s", (pattern, address, allowed) => {
    expect(isAllowedUrl([pattern], address)).toBe(allowed);
  });

  it("has no wildcard ports for other hosts", () => {
    expect(() => isAllowedUrl(["https://panel.test:*/acs"], "https://panel.test/acs")).toThrow(/loopback/);
  });
});
