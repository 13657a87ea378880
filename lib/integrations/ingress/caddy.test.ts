import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Authority, createAuthority } from "#local/authority.ts";
import { askCaddy } from "./admin-api.ts";
import { openCaddy } from "./caddy.ts";
import { ask, type OwnCaddy, startOwnCaddy } from "./testing/own-caddy.ts";
import type { Ingress } from "./types.ts";

let caddy: OwnCaddy;
let ingress: Ingress;
let authority: Authority;
let upstream: string;
const server = createServer((request, response) =>
  response.end(`upstream saw ${request.headers.host} ${request.headers["x-forwarded-proto"]}`),
);
const signal = AbortSignal.timeout(120_000);
const call = { signal, guard: async () => {} };

beforeAll(async () => {
  [caddy, authority] = await Promise.all([startOwnCaddy(), createAuthority()]);
  ingress = openCaddy(caddy.adminUrl);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  upstream = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await caddy?.close();
});

const readAll = async () =>
  JSON.parse((await askCaddy(caddy.adminUrl, { method: "GET", path: "/config/", signal })).body);
const post = (path: string, body: unknown) =>
  askCaddy(caddy.adminUrl, { method: "POST", path, body: JSON.stringify(body), signal });

const serve = async (id: string, name: string) => {
  const made = await authority.issue([name]);
  await ingress.putCertificate({ id, names: [name], ...made }, call);
  await ingress.putRoute({ id, hostnames: [name], upstream, tls: true }, call);
  return made;
};

describe("a route with a certificate", () => {
  it("answers HTTPS with the chain, passes the request on, and sends HTTP there", async () => {
    const made = await serve("pads", "pads.example.org");
    const seen = await ask("https://pads.example.org/x", { port: caddy.https, ca: authority.rootPem });
    expect(seen).toMatchObject({ status: 200, body: "upstream saw pads.example.org https", serial: made.serial });
    expect(await ask("http://pads.example.org/x", { port: caddy.http })).toMatchObject({
      status: 308,
      location: "https://pads.example.org/x",
    });
    expect(await ingress.findRoute("pads", signal)).toEqual({
      id: "pads",
      hostnames: ["pads.example.org"],
      upstream,
      tls: true,
    });
    expect(await ingress.findCertificate("pads", signal)).toEqual({ names: ["pads.example.org"], serial: made.serial });
  });

  it("changes nothing when it is as it should be", async () => {
    const made = await authority.issue(["same.example.org"]);
    const certificate = { id: "same", names: ["same.example.org"], ...made };
    const route = { id: "same", hostnames: ["same.example.org"], upstream, tls: true };
    expect(await ingress.putCertificate(certificate, call)).toBe("created");
    expect(await ingress.putCertificate(certificate, call)).toBe("kept");
    expect(await ingress.putRoute(route, call)).toBe("created");
    expect(await ingress.putRoute(route, call)).toBe("kept");
    expect(await ingress.putRoute({ ...route, upstream: "127.0.0.1:9" }, call)).toBe("changed");
  });

  it("serves the renewed certificate from the next handshake on, not the one it still remembers", async () => {
    const first = await serve("renewed", "renewed.example.org");
    for (let round = 0; round < 3; round++) {
      const next = await serve("renewed", "renewed.example.org");
      const seen = await ask("https://renewed.example.org/", { port: caddy.https, ca: authority.rootPem });
      expect(seen.serial).toBe(next.serial);
      expect(seen.serial).not.toBe(first.serial);
    }
  });

  it("is gone after its removal, and removing it again is fine", async () => {
    await serve("gone", "gone.example.org");
    expect(await ingress.removeRoute("gone", call)).toBe(true);
    expect(await ingress.removeCertificate("gone", call)).toBe(true);
    expect(await ingress.removeRoute("gone", call)).toBe(false);
    expect(await ingress.removeCertificate("gone", call)).toBe(false);
    expect(await ingress.findRoute("gone", signal)).toBeNull();
    expect(await ingress.findCertificate("gone", signal)).toBeNull();
    await expect(ask("https://gone.example.org/", { port: caddy.https, ca: authority.rootPem })).rejects.toThrow();
  });

  it("without a certificate is plain HTTP", async () => {
    await ingress.putRoute({ id: "plain", hostnames: ["plain.example.org"], upstream, tls: false }, call);
    expect(await ask("http://plain.example.org/", { port: caddy.http })).toMatchObject({
      status: 200,
      body: "upstream saw plain.example.org http",
    });
  });

  it("lets a wildcard serve what no certificate of its own names", async () => {
    const wild = await authority.issue(["*.wild.example.org"]);
    const exact = await serve("exact", "one.wild.example.org");
    await ingress.putCertificate({ id: "wild", names: ["*.wild.example.org"], ...wild }, call);
    const route = { id: "wild", hostnames: ["two.wild.example.org"], upstream, tls: true };
    await ingress.putRoute(route, call);
    const at = { port: caddy.https, ca: authority.rootPem };
    expect((await ask("https://one.wild.example.org/", at)).serial).toBe(exact.serial);
    expect((await ask("https://two.wild.example.org/", at)).serial).toBe(wild.serial);
  });
});

describe("with others at the same Caddy", () => {
  it("keeps what it did not make, and uses an operator's own server", async () => {
    const own = await startOwnCaddy();
    try {
      const hand = await authority.issue(["hand.example.org"]);
      const operator = {
        apps: {
          http: {
            http_port: own.http,
            https_port: own.https,
            servers: {
              mine: {
                listen: [`:${own.https}`],
                routes: [
                  {
                    match: [{ host: ["hand.example.org"] }],
                    handle: [{ handler: "static_response", body: "by hand" }],
                  },
                ],
              },
            },
          },
          tls: { certificates: { load_pem: [{ certificate: hand.chainPem, key: hand.keyPem, tags: ["mine"] }] } },
        },
      };
      const other = openCaddy(own.adminUrl);
      const before = await askCaddy(own.adminUrl, { method: "GET", path: "/config/", signal });
      const admin = JSON.parse(before.body).admin;
      const loaded = await askCaddy(own.adminUrl, {
        method: "POST",
        path: "/config/",
        body: JSON.stringify({ admin, ...operator }),
        signal,
      });
      expect(loaded.status).toBe(200);
      const made = await authority.issue(["pads.example.org"]);
      await other.putCertificate({ id: "pads", names: ["pads.example.org"], ...made }, call);
      await other.putRoute({ id: "pads", hostnames: ["pads.example.org"], upstream, tls: true }, call);
      const at = { port: own.https, ca: authority.rootPem };
      expect((await ask("https://hand.example.org/", at)).body).toBe("by hand");
      expect((await ask("https://pads.example.org/", at)).serial).toBe(made.serial);
      const refusal = other.putRoute({ id: "x", hostnames: ["hand.example.org"], upstream, tls: true }, call);
      await expect(refusal).rejects.toMatchObject({ code: "ingress.foreign", retry: "needs_person" });
      await other.removeRoute("pads", call);
      await other.removeCertificate("pads", call);
      const after = JSON.parse((await askCaddy(own.adminUrl, { method: "GET", path: "/config/", signal })).body);
      expect(after).toEqual({ admin, ...operator });
      expect((await ask("https://hand.example.org/", at)).body).toBe("by hand");
    } finally {
      await own.close();
    }
  });

  it("loses nothing when many write at once", async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `many-${index}`);
    const certificates = await Promise.all(ids.map((id) => authority.issue([`${id}.example.org`])));
    await Promise.all(
      ids.flatMap((id, index) => {
        const made = certificates[index];
        if (!made) return [];
        const hostnames = [`${id}.example.org`];
        return [
          ingress.putRoute({ id, hostnames, upstream, tls: true }, call),
          ingress.putCertificate({ id, names: hostnames, ...made }, call),
          post("/config/apps/http/servers/seaworthy_http/routes", { match: [{ host: [`foreign-${id}.example.org`] }] }),
        ];
      }),
    );
    for (const [index, id] of ids.entries())
      expect((await ask(`https://${id}.example.org/`, { port: caddy.https, ca: authority.rootPem })).serial).toBe(
        certificates[index]?.serial,
      );
    const foreign = JSON.stringify(await readAll()).match(/foreign-many-\d+/g) ?? [];
    expect(new Set(foreign).size).toBe(ids.length);
  });
});

describe("when Caddy is not there", () => {
  it("says so as something to try again, and has everything after a restart", async () => {
    const made = await serve("kept", "kept.example.org");
    await caddy.stop();
    const refusal = ingress.putRoute({ id: "kept", hostnames: ["kept.example.org"], upstream, tls: true }, call);
    await expect(refusal).rejects.toMatchObject({ code: "ingress.unreachable", retry: "retry" });
    await caddy.start();
    const seen = await ask("https://kept.example.org/", { port: caddy.https, ca: authority.rootPem });
    expect(seen.serial).toBe(made.serial);
  });

  it("ends at once when the step is cancelled", async () => {
    const controller = new AbortController();
    controller.abort(new Error("cancelled"));
    const put = ingress.putRoute(
      { id: "never", hostnames: ["never.example.org"], upstream, tls: false },
      { signal: controller.signal, guard: async () => {} },
    );
    await expect(put).rejects.toThrow("cancelled");
  });
});

it("shows no key in what it says about a refusal", async () => {
  const made = await authority.issue(["bad.example.org"]);
  const keyPem = `${made.keyPem.slice(0, 60)}!!!`;
  const refused = await ingress
    .putCertificate({ id: "bad", names: ["bad.example.org"], chainPem: made.chainPem, keyPem }, call)
    .catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "ingress.refused", retry: "permanent" });
  expect(JSON.stringify(refused)).not.toContain(made.keyPem.slice(30, 55));
});

it("makes nothing of an id that is not the panel's own", async () => {
  const route = { id: "../../etc", hostnames: ["x.example.org"], upstream, tls: false };
  await expect(async () => ingress.putRoute(route, call)).rejects.toMatchObject({ code: "ingress.bad_id" });
});
