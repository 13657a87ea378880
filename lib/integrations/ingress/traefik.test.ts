import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { createAuthority } from "#local/authority.ts";
import { openTraefik } from "./traefik.ts";
import { findAcmeEntries, removeAcmeEntries } from "./traefik-acme.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "seaworthy-traefik-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const signal = AbortSignal.timeout(60_000);
const call = { signal, guard: async () => {} };
const ID = "0c9f1f58-6f0e-4b6c-9d2e-0b8f4a7f1c11-production";
const ROUTE = {
  id: ID,
  hostnames: ["pads.example.org", "direct.pads.example.org"],
  upstream: "192.0.2.1:20000",
  tls: true,
};
const modeOf = (path: string) => statSync(path).mode & 0o777;

describe("a route", () => {
  it("is one file that Traefik understands, written once", async () => {
    const traefik = openTraefik(dir);
    expect(await traefik.putRoute(ROUTE, call)).toBe("created");
    expect(await traefik.putRoute(ROUTE, call)).toBe("kept");
    expect(await traefik.findRoute(ID, signal)).toEqual(ROUTE);
    const file = `seaworthy-route-${ID}.yml`;
    expect(readdirSync(dir).sort()).toEqual(["seaworthy-pem", file].sort());
    const rule = "Host(`pads.example.org`) || Host(`direct.pads.example.org`)";
    const name = `seaworthy-${ID}`;
    expect(parse(readFileSync(join(dir, file), "utf8"))).toEqual({
      http: {
        routers: {
          [name]: { rule, entryPoints: ["websecure"], service: name, tls: {} },
          [`${name}-http`]: { rule, entryPoints: ["web"], service: name, middlewares: [`${name}-to-https`] },
        },
        middlewares: { [`${name}-to-https`]: { redirectScheme: { scheme: "https", permanent: true } } },
        services: { [name]: { loadBalancer: { servers: [{ url: "http://192.0.2.1:20000" }] } } },
      },
    });
    expect(await traefik.removeRoute(ID, call)).toBe(true);
    expect(await traefik.removeRoute(ID, call)).toBe(false);
    expect(await traefik.findRoute(ID, signal)).toBeNull();
  });

  it("takes no name that would end a rule, and no id that would leave the folder", async () => {
    const traefik = openTraefik(dir);
    const evil = { ...ROUTE, hostnames: ["x`) || Host(`bank.example.org"] };
    await expect(traefik.putRoute(evil, call)).rejects.toMatchObject({ code: "ingress.bad_name" });
    await expect(traefik.putRoute({ ...ROUTE, id: "../x" }, call)).rejects.toMatchObject({ code: "ingress.bad_id" });
    expect(readdirSync(dir)).toEqual(["seaworthy-pem"]);
  });

  it("waits for a person when the folder is not there", async () => {
    const put = openTraefik(join(dir, "nowhere")).putRoute(ROUTE, call);
    await expect(put).rejects.toMatchObject({ code: "ingress.files", retry: "needs_person" });
  });
});

describe("a certificate", () => {
  it("is two PEM files of mode 0600 and a YAML file that changes when it is renewed", async () => {
    const traefik = openTraefik(dir);
    const authority = await createAuthority();
    const names = ["pads.example.org"];
    const yaml = join(dir, `seaworthy-certificate-${ID}.yml`);
    const first = await authority.issue(names);
    expect(await traefik.putCertificate({ id: ID, names, ...first }, call)).toBe("created");
    expect(await traefik.putCertificate({ id: ID, names, ...first }, call)).toBe("kept");
    expect(await traefik.findCertificate(ID, signal)).toEqual({ names, serial: first.serial });
    expect(await traefik.listIds(signal)).toEqual({ routes: new Set(), certificates: new Set([ID]) });
    const before = readFileSync(yaml, "utf8");

    const second = await authority.issue(names);
    expect(await traefik.putCertificate({ id: ID, names, ...second }, call)).toBe("changed");
    expect(await traefik.findCertificate(ID, signal)).toEqual({ names, serial: second.serial });
    expect(readFileSync(yaml, "utf8")).not.toBe(before);
    const pems = readdirSync(join(dir, "seaworthy-pem"));
    expect(pems).toHaveLength(2);
    for (const name of pems) expect(modeOf(join(dir, "seaworthy-pem", name))).toBe(0o600);
    const [{ certFile, keyFile }] = parse(readFileSync(yaml, "utf8")).tls.certificates;
    expect(readFileSync(certFile, "utf8")).toBe(second.chainPem);
    expect(readFileSync(keyFile, "utf8")).toBe(second.keyPem);

    expect(await traefik.removeCertificate(ID, call)).toBe(true);
    expect(await traefik.removeCertificate(ID, call)).toBe(false);
    expect(readdirSync(join(dir, "seaworthy-pem"))).toEqual([]);
  });
});

describe("acme.json", () => {
  const account = { Email: "ops@example.org", Registration: { uri: "https://acme/1" }, PrivateKey: "QUJD" };
  const certificate = (main: string, ...sans: string[]) => ({
    domain: sans.length > 0 ? { main, sans } : { main },
    certificate: "Y2VydA==",
    key: "a2V5",
    Store: "default",
  });
  const content = {
    letsencrypt: {
      Account: account,
      Certificates: [
        certificate("other.example.org"),
        certificate("pads.example.org", "direct.pads.example.org"),
        certificate("shared.example.org", "pads.example.org"),
      ],
    },
    second: { Account: null, Certificates: null },
  };
  const names = ["pads.example.org", "direct.pads.example.org"];
  const write = (text: string) => {
    const path = join(dir, "acme.json");
    writeFileSync(path, text);
    chmodSync(path, 0o600);
    return path;
  };

  it("loses the service's entry only, with a copy beside it and mode 0600", async () => {
    const text = JSON.stringify(content, null, 2);
    const path = write(text);
    expect(await findAcmeEntries(path, names)).toEqual(["pads.example.org"]);
    const done = await removeAcmeEntries(path, names, call);
    expect(done?.removed).toEqual(["pads.example.org"]);
    const [first, , third] = content.letsencrypt.Certificates;
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({
      ...content,
      letsencrypt: { Account: account, Certificates: [first, third] },
    });
    expect(modeOf(path)).toBe(0o600);
    expect(readFileSync(done?.backup ?? "", "utf8")).toBe(text);
    expect(modeOf(done?.backup ?? "")).toBe(0o600);
    expect(readdirSync(dir)).toHaveLength(2);
  });

  it("is not touched when it has nothing of the service's, is empty, or is not there", async () => {
    const path = write(JSON.stringify(content));
    expect(await removeAcmeEntries(path, ["nobody.example.org"], call)).toBeNull();
    expect(readFileSync(path, "utf8")).toBe(JSON.stringify(content));
    expect(await removeAcmeEntries(write(""), names, call)).toBeNull();
    expect(await removeAcmeEntries(join(dir, "none.json"), names, call)).toBeNull();
  });

  it("waits for a person when it is something else, and quotes nothing of it", async () => {
    const path = write('{"letsencrypt": {"key": "c2VjcmV0"');
    const refusal = await removeAcmeEntries(path, names, call).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "ingress.acme_json", retry: "needs_person" });
    expect(JSON.stringify(refusal)).not.toContain("c2VjcmV0");
  });

  it("tries again when Traefik writes it at the same moment", async () => {
    const path = write(JSON.stringify(content));
    const busy = {
      signal,
      guard: async () => writeFileSync(path, JSON.stringify({ letsencrypt: { Certificates: [] } })),
    };
    await expect(removeAcmeEntries(path, names, busy)).rejects.toMatchObject({ retry: "retry" });
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ letsencrypt: { Certificates: [] } });
  });
});
