import Docker from "dockerode";
import { config } from "#lib/platform/config/config.ts";
import { isNotFound, toDockerError } from "./errors.ts";

const CALL_TIMEOUT_MS = 30_000;

let current: { host: string; client: Docker } | undefined;

/** The Docker Engine of DOCKER_HOST: a swarm manager. Only workers call this. */
function docker(): Docker {
  const host = config().DOCKER_HOST;
  if (current?.host !== host) current = { host, client: createClient(host) };
  return current.client;
}

function createClient(host: string): Docker {
  const url = new URL(host);
  // `host: undefined` keeps dockerode from mixing in what the environment says.
  if (url.protocol === "unix:") return new Docker({ socketPath: url.pathname, host: undefined });
  return new Docker({ host: url.hostname, port: url.port || "2375", protocol: "http" });
}

/**
 * One call to the engine: bounded in time, ended when `signal` is, its failure an AppError.
 * `what` completes "Docker could not …".
 */
export async function callDocker<T>(
  what: string,
  signal: AbortSignal,
  work: (client: Docker, abortSignal: AbortSignal) => Promise<T>,
  timeoutMs = CALL_TIMEOUT_MS,
): Promise<T> {
  signal.throwIfAborted();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(limit.reason);
  limit.addEventListener("abort", onAbort, { once: true });
  try {
    // Some of dockerode's calls take no signal, and some only until the answer begins.
    return await Promise.race([work(docker(), limit), aborted.promise]);
  } catch (error) {
    signal.throwIfAborted();
    throw toDockerError(error, what);
  } finally {
    limit.removeEventListener("abort", onAbort);
  }
}

/** The same, for what may be missing: null when Docker does not know it. */
export async function findInDocker<T>(
  what: string,
  signal: AbortSignal,
  work: (client: Docker, abortSignal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  try {
    return await callDocker(what, signal, work);
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}
