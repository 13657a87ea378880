import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Authority, createAuthority } from "#local/authority.ts";
import { loadTrust, type ProbeTarget, probeTls, type Trust } from "./probe.ts";
import { startTlsServer } from "./testing/tls-server.ts";

const HOST = "pads.example.org";
const dir = mkdtempSync(join(tmpdir(), "seaworthy-probe-"));
let authority: Authority;
let trust: Trust;
beforeAll(async () => {
  authority = await createAuthority();
  writeFileSync(join(dir, "roots.pem"), authority.rootPem);
  trust = await loadTrust(join(dir, "roots.pem"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const probe = (port: number, more: Partial<ProbeTarget> = {}) =>
  probeTls({
    address: "127.0.0.1",
    port,
    hostname: HOST,
    timeoutMs: 2_000,
    trust,
    signal: AbortSignal.timeout(30_000),
    ...more,
  });

it("says what is shown, and that it is to be believed", async () => {
  const made = await authority.issue([HOST, "direct.pads.example.org"]);
  const server = await startTlsServer(made);
  const seen = await probe(server.port);
  expect(seen).toMatchObject({ serial: made.serial, issuer: "Test Root", distrust: null });
  expect(seen.names).toEqual([HOST, "direct.pads.example.org"]);
  expect(seen.chain[0]).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  await server.close();
});

it.each([
  ["expired", (by: Authority) => by.issue([HOST], -1), "CERT_HAS_EXPIRED"],
  ["for another name", (by: Authority) => by.issue(["other.example.org"]), "ERR_TLS_CERT_ALTNAME_INVALID"],
  ["of a stranger", async () => (await createAuthority("Stranger")).issue([HOST]), "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
])("tells a certificate that is %s, with the reason", async (_what, make, reason) => {
  const server = await startTlsServer(await make(authority));
  expect((await probe(server.port)).distrust).toBe(reason);
  await server.close();
});

it("fails where nothing listens, and where somebody listens who never answers", async () => {
  await expect(probe(9)).rejects.toMatchObject({ code: "tls.unreachable", retry: "retry" });
  const mute = createServer(() => {}).listen(0, "127.0.0.1");
  await once(mute, "listening");
  const { port } = mute.address() as AddressInfo;
  await expect(probe(port, { timeoutMs: 100 })).rejects.toMatchObject({ code: "tls.unreachable" });
  const controller = new AbortController();
  const waiting = probe(port, { signal: controller.signal });
  controller.abort(new Error("stopped"));
  await expect(waiting).rejects.toThrow("stopped");
  mute.close();
});

it("names the setting when the file of roots is not there", async () => {
  await expect(loadTrust(join(dir, "none.pem"))).rejects.toThrow("CERTIFICATE_ROOTS_FILE");
});
