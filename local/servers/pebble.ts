import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type RunningProcess, runCommand, startProcess } from "./process.ts";

export type PebbleOptions = {
  dataDir: string;
  runDir: string;
  logFile: string;
  port: number;
  managementPort: number;
  dnsServer: string;
  binding?: PebbleBinding | undefined;
};

/** Accounts must be bound to this one (external account binding). */
export type PebbleBinding = { keyId: string; hmacKey: string };

export const pebbleCaFile = (dataDir: string) => join(dataDir, "server.pem");
export const pebbleKeyFile = (dataDir: string) => join(dataDir, "server.key");
/** The root of what it issues: another one after every start. */
export const pebbleRootsFile = (dataDir: string) => join(dataDir, "roots.pem");

export type PebbleConfig = {
  /** Where its certificate, key and configuration are kept. */
  dataDir: string;
  configFile: string;
  host: string;
  port: number;
  managementPort: number;
  /** What its own HTTPS is called, such as "DNS:pebble". */
  names: string;
  binding?: PebbleBinding | undefined;
};

/** Makes Pebble's own certificate, once, and writes its configuration. */
export async function preparePebble(options: PebbleConfig) {
  const { dataDir, configFile, host, port, managementPort, names, binding } = options;
  mkdirSync(dataDir, { recursive: true });
  const certificate = pebbleCaFile(dataDir);
  const privateKey = pebbleKeyFile(dataDir);
  if (!existsSync(certificate)) await createSelfSignedCertificate(certificate, privateKey, names);
  const pebble = {
    listenAddress: `${host}:${port}`,
    managementListenAddress: `${host}:${managementPort}`,
    certificate,
    privateKey,
    httpPort: 5002,
    tlsPort: 5001,
    ocspResponderURL: "",
    externalAccountBindingRequired: binding !== undefined,
    ...(binding ? { externalAccountMACKeys: { [binding.keyId]: binding.hmacKey } } : {}),
    certificateValidityPeriod: 90 * 24 * 3600,
  };
  writeFileSync(configFile, JSON.stringify({ pebble }));
}

/** Starts Let's Encrypt's own test server; it validates for real, against the given DNS server, and rejects some nonces. */
export async function startPebble(options: PebbleOptions): Promise<RunningProcess> {
  const { dataDir, port, managementPort, binding } = options;
  const config = join(options.runDir, "pebble.json");
  const names = "DNS:localhost,IP:127.0.0.1";
  await preparePebble({ dataDir, configFile: config, host: "127.0.0.1", port, managementPort, names, binding });
  const ca = readFileSync(pebbleCaFile(dataDir));
  const directoryUrl = `https://127.0.0.1:${port}/dir`;
  return startProcess({
    name: "pebble",
    logFile: options.logFile,
    argv: ["pebble", "-config", config, "-dnsserver", options.dnsServer],
    // Validation waits up to 15 s at random by default, which tells nothing and makes every run slow.
    env: { PEBBLE_VA_NOSLEEP: "1" },
    isReady: async () => {
      if (!(await readHttps(directoryUrl, ca))) return false;
      const root = await readHttps(`https://127.0.0.1:${managementPort}/roots/0`, ca);
      if (root) writeFileSync(pebbleRootsFile(dataDir), root);
      return root !== undefined;
    },
  });
}

// Signed by itself, so the same file is what clients are told to trust.
async function createSelfSignedCertificate(certificate: string, privateKey: string, names: string): Promise<void> {
  await runCommand([
    ...["openssl", "req", "-x509", "-nodes", "-days", "3650", "-subj", "/CN=localhost"],
    ...["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
    ...["-addext", `subjectAltName=${names}`],
    ...["-keyout", privateKey, "-out", certificate],
  ]);
}

/** What is there, or undefined while nothing answers. */
export function readHttps(url: string, ca: Buffer): Promise<string | undefined> {
  return new Promise((resolve) => {
    const call = request(url, { ca, timeout: 1000 }, (response) => {
      text(response).then(
        (body) => resolve(response.statusCode === 200 ? body : undefined),
        () => resolve(undefined),
      );
    });
    call.once("error", () => resolve(undefined));
    call.once("timeout", () => call.destroy());
    call.end();
  });
}
