import { rmSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { answerLogin, answerMetadata } from "#lib/api/saml-endpoints.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { buildMetadata } from "#local/idp/metadata.ts";
import { craftResponse } from "#local/idp/responses.ts";
import {
  APP,
  begin,
  expectRefused,
  form,
  post,
  read,
  readAuthnRequestId,
  SSO,
  useIdentityProvider,
} from "./testing/saml-browser.ts";
import { useTestDatabase } from "./testing/use-test-database.ts";

useTestDatabase("saml-doors");
const saml = useIdentityProvider();

describe("after sign-in people go", () => {
  it.each([
    ["/runs/184?step=dns#L7", "/runs/184?step=dns#L7"],
    ["//evil.example", "/"],
    ["/\\evil.example", "/"],
    ["\\\\evil.example", "/"],
    ["/%2F/..//evil.example", "/"],
    ["/..//evil.example", "/"],
    ["https://evil.example", "/"],
    ["javascript:alert(1)", "/"],
    ["/x\r\nSet-Cookie: a=b", "/"],
    ["/\tx", "/"],
    ["/saml/login", "/"],
    ["/api/v1/session", "/"],
    ["", "/"],
  ])("for %j to %j, and RelayState changes nothing", async (returnTo, expected) => {
    const began = await begin(returnTo);
    const SAMLResponse = await saml.craft(began);
    const answer = read(await post(form({ SAMLResponse, RelayState: "https://evil.example" }), began.headers));
    expect(new URL(answer.location, APP).href).toBe(new URL(expected, APP).href);
    expect(new URL(answer.location, APP).origin).toBe(APP);
  });
});

describe("bodies", () => {
  it("over 128 KB are refused before anything reads them, quickly", async () => {
    const before = await db().session.count();
    const started = Date.now();
    await expectRefused(read(await post(form({ SAMLResponse: "A".repeat(1_800_000) }))), "body.too_large", before);
    await expectRefused(await saml.signIn({ padding: 95_000 }), /too_large/, before);
    expect(Date.now() - started).toBeLessThan(2_000);
  });

  it("of other types, with two responses, with none or with no base64 are refused", async () => {
    const before = await db().session.count();
    const began = await begin();
    const good = form({ SAMLResponse: await saml.craft(began) });
    for (const [body, headers] of [
      [good, { ...began.headers, "content-type": "text/plain" }],
      [`${good}&${good}`, began.headers],
      ["a=b", began.headers],
      [form({ SAMLResponse: "<Response/>" }), began.headers],
      [form({ SAMLResponse: "=" }), began.headers],
    ] as const)
      await expectRefused(read(await post(body, headers)), "saml.malformed", before);
  });
});

describe("the provider's certificates", () => {
  const metadataOf = (...certs: string[]) => {
    const [first = "", ...rest] = certs.map((cert) =>
      buildMetadata({ entityId: saml.idp.entityId, ssoUrl: SSO, cert }),
    );
    const keys = rest.map((xml) => /<md:KeyDescriptor[\s\S]*<\/md:KeyDescriptor>/.exec(xml)?.[0] ?? "");
    return first.replace("</md:KeyDescriptor>", `</md:KeyDescriptor>${keys.join("")}`);
  };

  it("can be two while a key is rolled over", async () => {
    writeFileSync(saml.metadataFile, metadataOf(saml.idp.cert, saml.otherKey.cert));
    expect((await saml.signIn()).cookie).not.toBeNull();
    expect((await saml.signIn({ signWith: saml.otherKey })).cookie).not.toBeNull();
  });

  it("count no longer as soon as they are taken out of the file", async () => {
    writeFileSync(saml.metadataFile, metadataOf(saml.idp.cert, saml.otherKey.cert));
    const began = await begin();
    const body = form({ SAMLResponse: await saml.craft(began) });
    writeFileSync(saml.metadataFile, metadataOf(saml.otherKey.cert));
    await expectRefused(read(await post(body, began.headers)), "saml.signature", await db().session.count());
  });

  it("count no longer when the metadata is too old", async () => {
    writeFileSync(
      saml.metadataFile,
      saml.idp.metadata.replace("entityID=", 'validUntil="2020-01-01T00:00:00Z" entityID='),
    );
    const response = await answerLogin(new Request(`${APP}/saml/login`));
    expect(read(response).problem).toBe("saml.metadata");
  });

  it("are needed: without a readable file nobody signs in, and the page says what is wrong", async () => {
    rmSync(saml.metadataFile);
    expect(read(await answerLogin(new Request(`${APP}/saml/login`))).problem).toBe("saml.metadata");
  });
});

describe("over https", () => {
  beforeEach(() =>
    overrideConfig({ APP_URL: "https://panel.example.org/", SAML_IDP_METADATA_PATH: saml.metadataFile }),
  );

  it("the cookies are bound to the host, and the one of the sign-in survives the provider's post", async () => {
    const response = await answerLogin(new Request("https://panel.example.org/saml/login"));
    const binding = response.headers.get("set-cookie") ?? "";
    expect(binding).toMatch(/^__Host-seaworthy-sign-in=.*; Path=\/; .*HttpOnly; SameSite=None; Secure$/);
    const samlResponse = await craftResponse({
      ...saml.input({ requestId: readAuthnRequestId(response) }),
      acsUrl: "https://panel.example.org/saml/acs",
      audience: "https://panel.example.org/saml/metadata",
    });
    const answer = await post(form({ SAMLResponse: samlResponse }), { cookie: binding.split(";")[0] ?? "" });
    expect(answer.headers.get("set-cookie")).toMatch(
      /^__Host-seaworthy=.*; Path=\/; .*HttpOnly; SameSite=Lax; Secure$/,
    );
  });

  it("the metadata names the panel's own addresses", async () => {
    const xml = await answerMetadata().text();
    expect(xml).toContain('entityID="https://panel.example.org/saml/metadata"');
    expect(xml).toContain('Location="https://panel.example.org/saml/acs"');
    expect(xml).toContain('WantAssertionsSigned="true"');
  });
});
