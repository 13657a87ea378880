import { readFile } from "node:fs/promises";
import {
  connect,
  createSecureContext,
  getCACertificates,
  rootCertificates,
  type SecureContext,
  type TLSSocket,
} from "node:tls";
import { AppError } from "#lib/platform/errors.ts";

export interface ProbeTarget {
  /** An address; names are looked up by the caller, past all caches. */
  address: string;
  port: number;
  /** Host name that is asked for (SNI) and that the certificate has to be for. */
  hostname: string;
  timeoutMs: number;
  trust: Trust;
  signal: AbortSignal;
}

/** What a server showed, whether or not anybody should believe it. */
export interface ServedChain {
  /** Hexadecimal, upper case. */
  serial: string;
  issuer: string;
  notBefore: Date;
  notAfter: Date;
  names: string[];
  /** SHA-256 of each certificate, the leaf first. */
  chain: string[];
  /** Why the chain is not to be believed for this host name: a code such as CERT_HAS_EXPIRED; null when it is. */
  distrust: string | null;
}

export interface Trust {
  context: SecureContext;
}

/** The system's roots, Node's own, and those of a file, if one is named and there. */
export async function loadTrust(rootsFile: string): Promise<Trust> {
  const extra = rootsFile ? [await readRoots(rootsFile)] : [];
  const ca = [...new Set([...rootCertificates, ...getCACertificates("system"), ...extra])];
  return { context: createSecureContext({ ca }) };
}

async function readRoots(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new AppError({
      code: "tls.roots",
      message: `CERTIFICATE_ROOTS_FILE (${path}) cannot be read.`,
      detail: error instanceof Error ? error.message : String(error),
      retry: "needs_person",
      cause: error,
    });
  }
}

const unreachable = ({ address, port }: ProbeTarget, detail: string) =>
  new AppError({
    code: "tls.unreachable",
    message: `${address} port ${port} does not answer with TLS.`,
    detail,
    retry: "retry",
    status: 503,
  });

/** Opens TLS as a browser would, looks at what is shown, and closes. Fails only when there is nothing to look at. */
export function probeTls(target: ProbeTarget): Promise<ServedChain> {
  const { address, port, hostname, timeoutMs, trust, signal } = target;
  return new Promise((resolve, reject) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const socket = connect({
      host: address,
      port,
      servername: hostname,
      secureContext: trust.context,
      // Everything is looked at; whether it is right is judged afterwards.
      rejectUnauthorized: false,
      ALPNProtocols: ["h2", "http/1.1"],
    });
    const finish = (settle: () => void) => {
      limit.removeEventListener("abort", onAbort);
      socket.destroy();
      settle();
    };
    const onAbort = () =>
      finish(() =>
        reject(signal.aborted ? signal.reason : unreachable(target, `no answer within ${timeoutMs / 1000} s`)),
      );
    limit.addEventListener("abort", onAbort, { once: true });
    if (limit.aborted) return onAbort();
    socket.on("error", (error) => finish(() => reject(unreachable(target, error.message))));
    socket.once("secureConnect", () => {
      const seen = readShown(socket);
      finish(() => (seen ? resolve(seen) : reject(unreachable(target, "it shows no certificate"))));
    });
  });
}

function readShown(socket: TLSSocket): ServedChain | undefined {
  const leaf = socket.getPeerX509Certificate();
  if (!leaf) return undefined;
  const chain: string[] = [];
  for (let one: typeof leaf | undefined = leaf; one && !chain.includes(one.fingerprint256); one = one.issuerCertificate)
    chain.push(one.fingerprint256);
  const field = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(leaf.issuer)?.[1];
  return {
    serial: leaf.serialNumber,
    issuer: [field("O"), field("CN")].filter(Boolean).join(" ") || leaf.issuer.replaceAll("\n", ", "),
    notBefore: leaf.validFromDate,
    notAfter: leaf.validToDate,
    names: (leaf.subjectAltName ?? "")
      .split(", ")
      .filter((part) => part.startsWith("DNS:"))
      .map((part) => part.slice("DNS:".length).toLowerCase()),
    chain,
    distrust: socket.authorized ? null : readReason(socket.authorizationError),
  };
}

const readReason = (reason: unknown): string =>
  reason instanceof Error && "code" in reason ? String(reason.code) : String(reason ?? "unknown");
