import type { KeyObject } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { z } from "zod";
import { AppError } from "#lib/platform/errors.ts";
import { problemName, toAcmeError } from "./errors.ts";
import { createAgent, type HttpAnswer, readRetryAfter, sendHttp } from "./http.ts";
import { signRequest } from "./jws.ts";
import { Directory, Problem } from "./schema.ts";

/** A directory that refuses nine of ten nonces refuses one request in a million this often. */
const MAX_NONCE_TRIES = 130;

export interface AcmeClientOptions {
  directoryUrl: string;
  accountKey: KeyObject;
  /** PEM file that vouches for the directory's own HTTPS; empty: the public authorities. */
  caFile: string;
}

export interface PostOptions {
  signal?: AbortSignal | undefined;
  accept?: string;
  /** Sign with the key itself, for there is no account yet. */
  withoutAccount?: boolean;
}

/** One object of the directory, with what its headers said. */
export interface AcmeAnswer<T> {
  value: T;
  location: string | undefined;
  link: string | undefined;
  retryAfterMs: number | undefined;
}

const header = (answer: HttpAnswer, name: string): string | undefined => {
  const value = answer.headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
};

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

function readProblem(answer: HttpAnswer): Problem {
  const parsed = Problem.safeParse(parseJson(answer.body));
  return {
    type: "about:blank",
    detail: `HTTP ${answer.status}`,
    ...(parsed.success ? parsed.data : {}),
    status: answer.status,
  };
}

/**
 * RFC 8555's transport: signed requests with nonces. Written here, over node:crypto, because what stands on it must see
 * the order's URL before anything else is asked, the problem documents whole, and Retry-After; and must be cancellable.
 */
export class AcmeClient {
  readonly accountKey: KeyObject;
  readonly #options: AcmeClientOptions;
  readonly #agent: ReturnType<typeof createAgent>;
  #directory: Directory | undefined;
  #nonces: string[] = [];
  accountUrl: string | undefined;

  constructor(options: AcmeClientOptions) {
    this.#options = options;
    this.accountKey = options.accountKey;
    this.#agent = createAgent(options.caFile);
  }

  async directory(signal?: AbortSignal): Promise<Directory> {
    if (this.#directory) return this.#directory;
    const answer = await sendHttp(this.#options.directoryUrl, { method: "GET", agent: this.#agent, signal });
    const parsed = Directory.safeParse(parseJson(answer.body));
    if (answer.status !== 200 || !parsed.success)
      throw new AppError({
        code: "acme.no_directory",
        message: "There is no ACME directory at the address in the settings.",
        advice: "Check LETS_ENCRYPT_DIRECTORY_URL.",
        detail: `HTTP ${answer.status} at ${this.#options.directoryUrl}`,
        retry: answer.status >= 500 || answer.status === 429 ? "retry" : "needs_person",
      });
    this.#directory = parsed.data;
    return parsed.data;
  }

  async #takeNonce(signal?: AbortSignal): Promise<string> {
    const kept = this.#nonces.pop();
    if (kept) return kept;
    const { newNonce } = await this.directory(signal);
    const answer = await sendHttp(newNonce, { method: "HEAD", agent: this.#agent, signal });
    const nonce = header(answer, "replay-nonce");
    if (nonce) return nonce;
    throw toAcmeError(readProblem(answer), { retryAfterMs: readRetryAfter(answer.headers["retry-after"]) });
  }

  /** Sends a signed request; without a payload it is a POST-as-GET. badNonce is tried again, any other problem thrown. */
  async post(url: string, payload: unknown, options: PostOptions = {}): Promise<HttpAnswer> {
    const { signal, accept, withoutAccount } = options;
    for (let attempt = 1; ; attempt++) {
      const nonce = await this.#takeNonce(signal);
      const kid = withoutAccount ? undefined : this.accountUrl;
      if (!withoutAccount && !kid) throw new Error("The ACME account was not looked up before it was used");
      const answer = await sendHttp(url, {
        method: "POST",
        headers: { "content-type": "application/jose+json", ...(accept ? { accept } : {}) },
        body: signRequest(this.accountKey, { url, nonce, kid }, payload),
        agent: this.#agent,
        signal,
      });
      const next = header(answer, "replay-nonce");
      if (next) this.#nonces = [...this.#nonces.slice(-3), next];
      if (answer.status < 400) return answer;
      const problem = readProblem(answer);
      if (problemName(problem) !== "badNonce" || attempt >= MAX_NONCE_TRIES)
        throw toAcmeError(problem, { retryAfterMs: readRetryAfter(answer.headers["retry-after"]) });
      // Nonces kept from before a restart of the authority are all bad.
      this.#nonces = next ? [next] : [];
      if (attempt > 5) await delay(Math.random() * 100, undefined, signal ? { signal } : {});
    }
  }

  /** The same, with the answer's JSON checked. */
  async postJson<S extends z.ZodType>(
    schema: S,
    url: string,
    payload: unknown,
    options: PostOptions = {},
  ): Promise<AcmeAnswer<z.output<S>>> {
    return this.#check(schema, await this.post(url, payload, options));
  }

  /** What anybody may ask, without a signature: renewal information. */
  async getJson<S extends z.ZodType>(
    schema: S,
    url: string,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<AcmeAnswer<z.output<S>>> {
    const answer = await sendHttp(url, { method: "GET", agent: this.#agent, signal });
    if (answer.status < 400) return this.#check(schema, answer);
    throw toAcmeError(readProblem(answer), { retryAfterMs: readRetryAfter(answer.headers["retry-after"]) });
  }

  #check<S extends z.ZodType>(schema: S, answer: HttpAnswer): AcmeAnswer<z.output<S>> {
    const parsed = schema.safeParse(parseJson(answer.body));
    if (!parsed.success)
      throw new AppError({
        code: "acme.unreadable",
        message: "The certificate authority answered something that is no ACME.",
        detail: parsed.error.message,
        retry: "retry",
      });
    return {
      value: parsed.data,
      location: header(answer, "location"),
      link: header(answer, "link"),
      retryAfterMs: readRetryAfter(answer.headers["retry-after"]),
    };
  }
}
