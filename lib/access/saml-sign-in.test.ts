import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { authenticate } from "#lib/api/authenticate.ts";
import { db } from "#lib/platform/db/client.ts";
import {
  type Began,
  begin,
  expectRefused,
  form,
  post,
  read,
  soon,
  useIdentityProvider,
} from "./testing/saml-browser.ts";
import { useTestDatabase } from "./testing/use-test-database.ts";

useTestDatabase("saml-sign-in");
const saml = useIdentityProvider();

describe("an honest sign-in", () => {
  it("opens a session for the account of (issuer, NameID), with the roles of its groups", async () => {
    const answer = await saml.signIn();
    expect(answer).toMatchObject({ status: 303, location: "/" });
    expect(answer.cookie).toMatch(/^seaworthy=[A-Za-z0-9_-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
    const user = await db().user.findFirstOrThrow({ where: { nameId: "sam@seaworthy.test" } });
    expect(user).toMatchObject({ issuer: saml.idp.entityId, displayName: "Sam Sand", roles: "staff", username: "sam" });
  });

  it("keeps only a hash of the session's token, and makes a new one each time", async () => {
    const [one, two] = [await saml.signIn(), await saml.signIn()];
    expect(one.cookie).not.toBe(two.cookie);
    const rows = await db().session.findMany();
    const token = /=([^;]+)/.exec(one.cookie ?? "")?.[1] ?? "";
    expect(JSON.stringify(rows.map((row) => Buffer.from(row.tokenHash).toString("latin1")))).not.toContain(token);
  });

  it("is recorded", async () => {
    await saml.signIn({}, { nameId: "recorded@seaworthy.test" });
    const user = await db().user.findFirstOrThrow({ where: { nameId: "recorded@seaworthy.test" } });
    expect(await db().auditEvent.findFirst({ where: { actorId: user.id, action: "session.began" } })).not.toBeNull();
  });

  it("works when only the assertion is signed", async () => {
    expect((await saml.signIn({ signResponse: false })).cookie).not.toBeNull();
  });

  it("refreshes roles, name and address at every sign-in", async () => {
    const nameId = "changing@seaworthy.test";
    await saml.signIn(
      {},
      { nameId, attributes: { groups: ["seaworthy-admins", "seaworthy-staff"], displayName: "Old" } },
    );
    await saml.signIn({}, { nameId, attributes: { groups: "seaworthy-viewers", displayName: "New" } });
    const users = await db().user.findMany({ where: { nameId } });
    expect(users).toMatchObject([{ roles: "viewer", displayName: "New" }]);
  });

  it("keeps john.smith, johnsmith and john-smith apart", async () => {
    const names = ["john.smith", "johnsmith", "john-smith", "John.Smith"].map((name) => `${name}@seaworthy.test`);
    for (const nameId of names) expect((await saml.signIn({}, { nameId })).cookie).not.toBeNull();
    const users = await db().user.findMany({ where: { nameId: { in: names } }, select: { username: true } });
    expect(new Set(users.map(({ username }) => username)).size).toBe(4);
    for (const { username } of users) expect(username).toMatch(/^[a-z0-9-]{1,63}$/);
  });

  it("calls nobody like a live service, a host name of one, or a word that is reserved", async () => {
    const { id: ownerId } = await db().user.findFirstOrThrow();
    const service = { id: randomUUID(), name: "notes", purpose: "Notes", ownerId, state: "live" };
    await db().service.create({ data: service });
    await db().serviceClaim.create({
      data: { kind: "hostname", value: `wiki.${process.env.ROOT_DOMAIN}`, serviceId: service.id },
    });
    for (const name of ["notes", "wiki", "www"]) {
      await saml.signIn({}, { nameId: `${name}@seaworthy.test` });
      const user = await db().user.findFirstOrThrow({ where: { nameId: `${name}@seaworthy.test` } });
      expect(user.username).toMatch(new RegExp(`^${name}-[0-9a-f]{4}$`));
    }
  });

  it("ends no later than the provider's own session", async () => {
    const bend = (document: Document) =>
      document
        .getElementsByTagNameNS("*", "AuthnStatement")[0]
        ?.setAttribute("SessionNotOnOrAfter", soon(600_000).toISOString());
    const answer = await saml.signIn({ bend });
    const maxAge = Number(/Max-Age=(\d+)/.exec(answer.cookie ?? "")?.[1]);
    expect(maxAge).toBeGreaterThan(500);
    expect(maxAge).toBeLessThanOrEqual(600);
  });
});

describe("somebody who may not come in", () => {
  it("without a role gets a page that says so, and no session", async () => {
    const before = await db().session.count();
    const answer = await saml.signIn({}, { nameId: "nora@seaworthy.test", attributes: { groups: ["other"] } });
    expect(answer).toMatchObject({ status: 303, location: "/no-access?reason=no-role", cookie: null });
    expect(await db().session.count()).toBe(before);
    const user = await db().user.findFirstOrThrow({ where: { nameId: "nora@seaworthy.test" } });
    expect(await db().auditEvent.count({ where: { actorId: user.id, action: "session.refused" } })).toBe(1);
  });

  it("loses open sessions when a new sign-in brings no role", async () => {
    const nameId = "leaver@seaworthy.test";
    const { cookie } = await saml.signIn({}, { nameId });
    await saml.signIn({}, { nameId, attributes: {} });
    expect(await authenticate(new Headers({ cookie: cookie?.split(";")[0] ?? "" }), "r")).toBeNull();
  });

  it("with a closed account gets no session either", async () => {
    const nameId = "closed@seaworthy.test";
    await saml.signIn({}, { nameId });
    await db().user.updateMany({ where: { nameId }, data: { disabledAt: new Date() } });
    expect((await saml.signIn({}, { nameId })).location).toBe("/no-access?reason=disabled");
  });

  it("does not become staff by a group that only contains the name, or an attribute that only looks like groups", async () => {
    const attributes = {
      groups: ["not-seaworthy-staff", "seaworthy-staff2"],
      Groups: ["seaworthy-admins"],
      roles: ["admin"],
    };
    expect((await saml.signIn({}, { nameId: "almost@seaworthy.test", attributes })).location).toBe(
      "/no-access?reason=no-role",
    );
  });
});

describe("a sign-in works once:", () => {
  it("the same response again is refused", async () => {
    const began = await begin();
    const body = form({ SAMLResponse: await saml.craft(began) });
    expect(read(await post(body, began.headers)).cookie).not.toBeNull();
    const before = await db().session.count();
    for (let time = 0; time < 3; time++)
      await expectRefused(read(await post(body, began.headers)), "saml.replayed", before);
  });

  it("twenty at the same time open one session", async () => {
    const began = await begin();
    const body = form({ SAMLResponse: await saml.craft(began, {}, { nameId: "crowd@seaworthy.test" }) });
    const answers = await Promise.all(Array.from({ length: 20 }, async () => read(await post(body, began.headers))));
    expect(answers.filter(({ cookie }) => cookie !== null)).toHaveLength(1);
    expect(answers.filter(({ problem }) => problem === "saml.replayed")).toHaveLength(19);
    const user = await db().user.findFirstOrThrow({ where: { nameId: "crowd@seaworthy.test" } });
    expect(await db().session.count({ where: { userId: user.id } })).toBe(1);
  });

  it("one assertion does not answer two requests", async () => {
    const [first, second] = [await begin(), await begin()];
    const overrides = { assertionId: "_the-same-assertion" };
    const answer = async (began: Began) =>
      read(await post(form({ SAMLResponse: await saml.craft(began, overrides) }), began.headers));
    expect((await answer(first)).cookie).not.toBeNull();
    await expectRefused(await answer(second), "saml.replayed", await db().session.count());
  });

  it("two first sign-ins of one person at the same time make one account", async () => {
    const began = [await begin(), await begin(), await begin()];
    const answers = await Promise.all(
      began.map(async (one) =>
        read(
          await post(form({ SAMLResponse: await saml.craft(one, {}, { nameId: "twin@seaworthy.test" }) }), one.headers),
        ),
      ),
    );
    expect(answers.every(({ cookie }) => cookie !== null)).toBe(true);
    expect(await db().user.count({ where: { nameId: "twin@seaworthy.test" } })).toBe(1);
  });

  it("a request that took too long is refused", async () => {
    const began = await begin();
    await db().samlRequest.update({ where: { id: began.requestId }, data: { expiresAt: soon(-1) } });
    const before = await db().session.count();
    await expectRefused(
      read(await post(form({ SAMLResponse: await saml.craft(began) }), began.headers)),
      "saml.replayed",
      before,
    );
  });
});

describe("a sign-in belongs to the browser that began it:", () => {
  it("another browser's response is refused", async () => {
    const [attacker, victim] = [await begin(), await begin()];
    const before = await db().session.count();
    const body = form({ SAMLResponse: await saml.craft(attacker) });
    await expectRefused(read(await post(body, victim.headers)), "saml.other_browser", before);
  });

  it("a browser without the cookie is asked to post once more from our site, then refused", async () => {
    const began = await begin();
    const samlResponse = await saml.craft(began);
    const page = await post(form({ SAMLResponse: samlResponse, RelayState: '"><script>alert(1)</script>' }));
    const html = await page.text();
    expect([page.status, page.headers.get("set-cookie")]).toEqual([200, null]);
    expect(html).toContain(`name="SAMLResponse" value="${samlResponse}"`);
    expect(html).not.toContain("alert");
    const before = await db().session.count();
    await expectRefused(
      read(await post(form({ SAMLResponse: samlResponse, again: "1" }))),
      "saml.other_browser",
      before,
    );
    expect(read(await post(form({ SAMLResponse: samlResponse, again: "1" }), began.headers)).cookie).not.toBeNull();
  });

  it("two tabs of one browser can sign in at a time", async () => {
    const first = await begin("/services");
    const second = await begin("/runs", first.headers.cookie);
    expect(second.headers.cookie).toBe(first.headers.cookie);
    const answer = async (began: Began) =>
      read(await post(form({ SAMLResponse: await saml.craft(began) }), first.headers)).location;
    expect([await answer(first), await answer(second)]).toEqual(["/services", "/runs"]);
  });

  it("the cookie's value is not in the database", async () => {
    const began = await begin();
    const row = await db().samlRequest.findUniqueOrThrow({ where: { id: began.requestId } });
    expect(Buffer.from(row.browserHash).toString("base64url")).not.toBe(began.headers.cookie.split("=")[1]);
  });
});
