import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readCsr } from "./csr.ts";

const run = promisify(execFile);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "seaworthy-csr-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A request as OpenSSL makes it. */
async function makeCsr(key: readonly string[], ...more: string[]): Promise<string> {
  const out = join(folder, "request.pem");
  await run("openssl", ["req", "-new", ...key, "-nodes", "-keyout", join(folder, "key.pem"), "-out", out, ...more], {
    timeout: 30_000,
  });
  return readFile(out, "utf8");
}
const P256 = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
const san = (value: string) => ["-addext", `subjectAltName=${value}`];

it.each([
  ["an ECDSA P-256 key", P256, "ECDSA P-256"],
  ["an ECDSA P-384 key", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-sha384"], "ECDSA P-384"],
  ["an RSA key", ["-newkey", "rsa:2048"], "RSA 2048"],
])("reads the names of a request with %s", async (_, key, kind) => {
  const pem = await makeCsr(key, "-subj", "/CN=Pads.example.org", ...san("DNS:*.sam.example.org,DNS:sam.example.org"));
  const reading = readCsr(`some words around it\n${pem}\n`);
  expect(reading).toMatchObject({
    ok: true,
    csr: { names: ["*.sam.example.org", "sam.example.org", "pads.example.org"], key: kind },
  });
  if (reading.ok) expect(reading.csr.pem).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----\n[^-]+-----END/);
});

it.each([
  ["without a name", P256, ["-subj", "/O=Nobody"], /names no host/],
  ["for an address", P256, ["-subj", "/O=x", ...san("DNS:a.example.org,IP:192.0.2.1")], /only host names/],
  ["with a weak key", ["-newkey", "rsa:1024"], ["-subj", "/CN=a.example.org"], /1024 bits/],
  ["with a key authorities do not take", ["-newkey", "ed25519"], ["-subj", "/CN=a.example.org"], /ed25519/],
  ["signed with SHA-1", [...P256, "-sha1"], ["-subj", "/CN=a.example.org"], /SHA-1/],
])("refuses a request %s, in words", async (_, key, more, problem) => {
  const reading = readCsr(await makeCsr(key, ...more));
  expect(reading.ok ? "" : reading.problem).toMatch(problem);
});

it("refuses what was changed, cut off, or is something else", async () => {
  const pem = await makeCsr(P256, "-subj", "/CN=a.example.org");
  const der = Buffer.from(pem.replace(/-----[^-]+-----/g, ""), "base64");
  der[der.length - 5] = (der[der.length - 5] ?? 0) ^ 1;
  const wrap = (bytes: Buffer) =>
    `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString("base64")}\n-----END CERTIFICATE REQUEST-----`;
  expect(readCsr(wrap(der))).toMatchObject({ ok: false, problem: expect.stringMatching(/signature/) });
  expect(readCsr(wrap(der.subarray(0, 60)))).toMatchObject({ ok: false, problem: expect.stringMatching(/damaged/) });
  expect(readCsr("hello")).toMatchObject({ ok: false, problem: expect.stringMatching(/no certificate request/) });
  expect(readCsr(await readFile(join(folder, "key.pem"), "utf8"))).toMatchObject({
    ok: false,
    problem: expect.stringMatching(/private key/),
  });
});
