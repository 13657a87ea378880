import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { answerAcs, answerLogin } from "#lib/api/saml-endpoints.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import {
  craftResponse,
  createIdentityProvider,
  type ResponseOverrides,
  type TestIdentityProvider,
} from "#local/idp/responses.ts";
import { createSigningKey, type SigningKey } from "#local/idp/signing-key.ts";

export const APP = "http://localhost:8080";
export const SSO = "https://idp.seaworthy.test/sso";
export const GROUPS = { groups: ["seaworthy-staff"], email: "sam@seaworthy.test", displayName: "Sam Sand" };

type Attributes = Record<string, string | string[]>;

/** What a browser holds after "Sign in" was pressed. */
export interface Began {
  requestId: string;
  headers: { cookie: string };
}

export const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
export const soon = (ms: number) => new Date(Date.now() + ms);

/** Posts a form to the ACS, as the provider's page makes the browser do. */
export const post = (body: string, headers: Record<string, string> = {}) =>
  answerAcs(
    new Request(`${APP}/saml/acs`, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        origin: "https://idp.seaworthy.test",
        ...headers,
      },
      body,
    }),
  );

/** Where an answer sends the browser, and the session cookie it gives. */
export function read(response: Response) {
  const location = response.headers.get("location") ?? "";
  const cookie = response.headers.getSetCookie().find((one) => one.startsWith("seaworthy=")) ?? null;
  return { status: response.status, location, cookie, problem: new URL(location, APP).searchParams.get("problem") };
}

export function readAuthnRequestId(response: Response): string {
  const location = new URL(response.headers.get("location") ?? "");
  expect(`${location.origin}${location.pathname}`).toBe(SSO);
  const xml = inflateRawSync(Buffer.from(location.searchParams.get("SAMLRequest") ?? "", "base64")).toString();
  return / ID="([^"]+)"/.exec(xml)?.[1] ?? "";
}

/** Presses "Sign in". */
export async function begin(returnTo?: string, cookie = ""): Promise<Began> {
  const query = returnTo === undefined ? "" : `?returnTo=${encodeURIComponent(returnTo)}`;
  const response = await answerLogin(new Request(`${APP}/saml/login${query}`, { headers: { cookie } }));
  return {
    requestId: readAuthnRequestId(response),
    headers: { cookie: response.headers.get("set-cookie")?.split(";")[0] ?? "" },
  };
}

type Who = { nameId?: string; attributes?: Attributes };

/** A provider whose metadata the panel has, and the means to bend what it says; for the tests of one file. */
class SamlWorld {
  readonly folder = mkdtempSync(join(tmpdir(), "seaworthy-saml-"));
  readonly metadataFile = join(this.folder, "idp.xml");
  idp!: TestIdentityProvider;
  /** Of somebody the panel does not know. */
  otherKey!: SigningKey;

  input(began: { requestId: string }, overrides: ResponseOverrides = {}, who: Who = {}) {
    return {
      key: this.idp.key,
      cert: this.idp.cert,
      issuer: this.idp.entityId,
      inResponseTo: began.requestId,
      acsUrl: `${APP}/saml/acs`,
      audience: `${APP}/saml/metadata`,
      nameId: who.nameId ?? "sam@seaworthy.test",
      attributes: who.attributes ?? GROUPS,
      overrides,
    };
  }

  /** The form field SAMLResponse. */
  craft(began: { requestId: string }, overrides: ResponseOverrides = {}, who: Who = {}): Promise<string> {
    return craftResponse(this.input(began, overrides, who));
  }

  /** A whole sign-in, with a response that may be bent. */
  async signIn(overrides: ResponseOverrides = {}, who: Who = {}) {
    const began = await begin();
    return read(await post(form({ SAMLResponse: await this.craft(began, overrides, who) }), began.headers));
  }
}

export function useIdentityProvider(): SamlWorld {
  const world = new SamlWorld();
  beforeAll(async () => {
    world.idp = await createIdentityProvider({ ssoUrl: SSO });
    world.otherKey = await createSigningKey("Somebody else");
  });
  beforeEach(() => {
    writeFileSync(world.metadataFile, world.idp.metadata);
    overrideConfig({ APP_URL: APP, SAML_IDP_METADATA_PATH: world.metadataFile });
  });
  afterAll(() => rmSync(world.folder, { recursive: true, force: true }));
  return world;
}

/** No session cookie, the reason told, and no session made. */
export async function expectRefused(answer: ReturnType<typeof read>, code: string | RegExp, sessionsBefore: number) {
  expect(answer.cookie).toBeNull();
  expect(answer.problem).toMatch(code);
  expect(await db().session.count()).toBe(sessionsBefore);
}
