import { setTimeout as delay } from "node:timers/promises";
import { Route53Client } from "@aws-sdk/client-route-53";
import { config } from "#lib/platform/config/config.ts";
import { BUSY, THROTTLED, toRoute53Error, UNANSWERED } from "./errors.ts";
import { takeRequestSlot } from "./rate-limit.ts";

const CONNECT_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 15_000;
const MAX_TRIES = 5;

let current: { settings: string; client: Route53Client } | undefined;

function route53Client(): Route53Client {
  const { AWS_ENDPOINT_URL_ROUTE_53, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = config();
  const settings = [AWS_ENDPOINT_URL_ROUTE_53, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY].join("\n");
  if (current?.settings === settings) return current.client;
  const client = new Route53Client({
    region: AWS_REGION,
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
    ...(AWS_ENDPOINT_URL_ROUTE_53 ? { endpoint: AWS_ENDPOINT_URL_ROUTE_53 } : {}),
    // Every try goes through our own rate limit, and a change must not be sent twice blindly: see sendRequest.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  });
  current = { settings, client };
  return client;
}

export interface RequestOptions {
  signal?: AbortSignal | undefined;
  /** Called for each request that leaves, tries again included. */
  onRequest?: (() => void) | undefined;
}

/**
 * Sends one request: rate-limited, with a timeout, again when Route 53 refused it for now. A request that only reads is
 * also sent again when there was no answer; a change is not, for it may have been done.
 */
export async function sendRequest<O>(
  send: (client: Route53Client, options: { abortSignal?: AbortSignal }) => Promise<O>,
  { signal, onRequest, readOnly }: RequestOptions & { readOnly: boolean },
): Promise<O> {
  for (let attempt = 1; ; attempt++) {
    await takeRequestSlot(signal);
    onRequest?.();
    try {
      return await send(route53Client(), signal ? { abortSignal: signal } : {});
    } catch (error) {
      signal?.throwIfAborted();
      const mapped = toRoute53Error(error);
      const again = mapped.code === THROTTLED || mapped.code === BUSY || (mapped.code === UNANSWERED && readOnly);
      if (!again || attempt >= MAX_TRIES) throw mapped;
      await delay(50 + Math.random() * 150 * 2 ** attempt, undefined, signal ? { signal } : {});
    }
  }
}
