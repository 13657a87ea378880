import { execFile } from "node:child_process";
import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPkcs12 } from "./pkcs12.ts";

const run = promisify(execFile);
const PASSPHRASE = 'a "long" $passphrase~';

let folder: string;
const at = (name: string) => join(folder, name);
const openssl = async (...argv: string[]) => (await run("openssl", argv, { timeout: 20_000 })).stdout;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "seaworthy-pkcs12-"));
  await openssl(
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"],
    ...["-subj", "/CN=Test issuer", "-keyout", at("issuer.key"), "-out", at("issuer.pem")],
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A key and its chain of two, issued by a test authority. */
async function issue(kind: "ec" | "rsa") {
  const pair =
    kind === "ec"
      ? generateKeyPairSync("ec", { namedCurve: "P-384" })
      : generateKeyPairSync("rsa", { modulusLength: 2048 });
  const keyPem = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  await writeFile(at("leaf.key"), keyPem);
  await openssl("req", "-new", "-key", at("leaf.key"), "-subj", "/CN=pads.example.org", "-out", at("leaf.csr"));
  const leaf = await openssl(
    ...["x509", "-req", "-in", at("leaf.csr"), "-CA", at("issuer.pem"), "-CAkey", at("issuer.key")],
    ...["-CAcreateserial", "-days", "10"],
  );
  const issuer = await openssl("x509", "-in", at("issuer.pem"));
  return { keyPem, leaf: leaf.trim(), chainPem: leaf + issuer };
}

describe.each(["ec", "rsa"] as const)("a PKCS #12 file with an %s key", (kind) => {
  it("opens in OpenSSL with its key and every certificate, and only with the passphrase", async () => {
    const { keyPem, chainPem, leaf } = await issue(kind);
    const file = await buildPkcs12({ keyPem, chainPem, passphrase: PASSPHRASE, name: "pads.example.org" });
    await writeFile(at("it.p12"), file);
    const out = await openssl("pkcs12", "-in", at("it.p12"), "-passin", `pass:${PASSPHRASE}`, "-nodes");
    const certificates = out.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    expect(certificates).toHaveLength(2);
    expect(new X509Certificate(certificates[0] ?? "").raw).toEqual(new X509Certificate(leaf).raw);
    expect(out).toContain("friendlyName: pads.example.org");
    expect(out.replaceAll("\n", "")).toContain(keyPem.replaceAll("\n", ""));
    await expect(openssl("pkcs12", "-in", at("it.p12"), "-passin", "pass:wrong", "-nodes")).rejects.toThrow(
      /mac verify/i,
    );
  });

  it("opens in Node's TLS", async () => {
    const { keyPem, chainPem } = await issue(kind);
    const pfx = Buffer.from(await buildPkcs12({ keyPem, chainPem, passphrase: PASSPHRASE, name: "pads" }));
    expect(() => createSecureContext({ pfx, passphrase: PASSPHRASE })).not.toThrow();
    expect(() => createSecureContext({ pfx, passphrase: "wrong" })).toThrow(/mac verify/i);
  });
});

it("is not made of a key that is not the certificate's", async () => {
  const { chainPem } = await issue("ec");
  const { keyPem } = await issue("rsa");
  await expect(buildPkcs12({ keyPem, chainPem, passphrase: PASSPHRASE, name: "pads" })).rejects.toThrow(/not the/);
});
