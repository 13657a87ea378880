import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface LocalCertificate {
  keyPem: string;
  csrPem: string;
  /** The leaf alone. */
  leafPem: string;
  /** The one who signed it. */
  issuerPem: string;
  /** Leaf first. */
  chainPem: string;
}

/** A key, a request and a chain of two for these names, by an authority of the test's own that is gone afterwards. */
export async function issueLocally(
  names: readonly string[],
  { key = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], days = 30 }: { key?: readonly string[]; days?: number } = {},
): Promise<LocalCertificate> {
  const folder = await mkdtemp(join(tmpdir(), "seaworthy-issue-"));
  const openssl = async (...argv: string[]) => (await run("openssl", argv, { cwd: folder, timeout: 30_000 })).stdout;
  const file = (name: string) => readFile(join(folder, name), "utf8");
  try {
    await openssl(
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"],
      ...["-subj", "/O=Test/CN=Test issuer", "-keyout", "issuer.key", "-out", "issuer.pem"],
    );
    const san = `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}`;
    await openssl(
      ...["req", "-new", "-newkey", ...key, "-nodes", "-subj", "/", "-addext", san],
      ...["-keyout", "leaf.key", "-out", "leaf.csr"],
    );
    const leafPem = await openssl(
      ...["x509", "-req", "-in", "leaf.csr", "-CA", "issuer.pem", "-CAkey", "issuer.key", "-CAcreateserial"],
      ...["-days", String(days), "-copy_extensions", "copy"],
    );
    const issuerPem = await file("issuer.pem");
    return {
      keyPem: await file("leaf.key"),
      csrPem: await file("leaf.csr"),
      leafPem,
      issuerPem,
      chainPem: `${leafPem.trim()}\n${issuerPem.trim()}\n`,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
