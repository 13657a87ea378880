import { AppError, type RetryClass } from "#lib/platform/errors.ts";
import { Problem } from "./schema.ts";

const HOUR_MS = 3_600_000;

interface Meaning {
  retry: RetryClass;
  message: string;
  advice?: string;
  retryAfterMs?: number;
}

const DNS_ADVICE =
  "Look at the record _acme-challenge of the name and at the zone's delegation: the authority asks from several places. Then retry; at most four failed tries a name and hour are made.";

/** What each of RFC 8555's problems means for the reader. */
const MEANINGS: Record<string, Meaning> = {
  badNonce: { retry: "retry", message: "The certificate authority refused the request's number." },
  rateLimited: {
    retry: "retry",
    message: "The certificate authority's rate limit is reached.",
    advice: "The panel goes on by itself when the limit allows it.",
    retryAfterMs: HOUR_MS,
  },
  serverInternal: {
    retry: "retry",
    message: "The certificate authority has trouble of its own.",
    retryAfterMs: 30_000,
  },
  orderNotReady: { retry: "retry", message: "The certificate order was not ready yet.", retryAfterMs: 2_000 },
  caa: {
    retry: "needs_person",
    message: "A CAA record forbids this authority to issue certificates for the name.",
    advice: 'Add a CAA record such as 0 issue "letsencrypt.org", or remove the one that forbids it. Then retry.',
  },
  userActionRequired: {
    retry: "needs_person",
    message: "The certificate authority wants the account's owner to do something first.",
    advice: "Open the address in the details, agree to what it says, then retry.",
  },
  unauthorized: {
    retry: "permanent",
    message: "The certificate authority found another value in DNS than it had asked for.",
    advice: DNS_ADVICE,
  },
  incorrectResponse: {
    retry: "permanent",
    message: "The certificate authority found another value in DNS than it had asked for.",
    advice: DNS_ADVICE,
  },
  dns: {
    retry: "permanent",
    message: "The certificate authority could not look the name up in DNS.",
    advice: DNS_ADVICE,
  },
  connection: {
    retry: "permanent",
    message: "The certificate authority could not reach the name.",
    advice: DNS_ADVICE,
  },
  rejectedIdentifier: {
    retry: "permanent",
    message: "The certificate authority does not issue certificates for this name.",
    advice: "Choose another name: reserved and blocked names are refused by policy.",
  },
  unsupportedIdentifier: { retry: "permanent", message: "The certificate authority does not know this kind of name." },
  accountDoesNotExist: { retry: "retry", message: "The certificate authority does not know the panel's account." },
  externalAccountRequired: {
    retry: "needs_person",
    message: "This certificate authority wants accounts to be bound to one of its own.",
    advice: "Give LETS_ENCRYPT_EAB_KEY_ID and LETS_ENCRYPT_EAB_HMAC_KEY, which the authority shows its customers.",
  },
  alreadyReplaced: {
    retry: "permanent",
    message: "The certificate authority has renewed this certificate with another order already.",
  },
  alreadyRevoked: { retry: "permanent", message: "The certificate was revoked already." },
  badRevocationReason: {
    retry: "permanent",
    message: "The certificate authority does not take this reason.",
    advice: "Choose another reason.",
  },
  badCSR: {
    retry: "permanent",
    message: "The certificate authority does not take the certificate request.",
    advice: "Look at its key and names; then make another request.",
  },
  badPublicKey: {
    retry: "permanent",
    message: "The certificate authority does not take this kind of key.",
    advice: "Choose another kind of key.",
  },
};

export const problemName = (problem: Problem) => problem.type.replace(/^urn:ietf:params:acme:error:/, "");

/** The problem document in words, with what it says of each name. */
export function describeProblem(problem: Problem): string {
  const parts = (problem.subproblems ?? []).map(
    (part) => `${part.identifier?.value ?? "?"}: ${part.detail} (${part.type.split(":").at(-1)})`,
  );
  return [`${problemName(problem)}: ${problem.detail}`, ...parts].join("\n");
}

function findMeaning(problem: Problem): { code: string } & Meaning {
  const name = problemName(problem);
  const known = MEANINGS[name];
  if (known) return { code: name, ...known };
  const trouble = MEANINGS.serverInternal;
  if (trouble && (problem.status ?? 0) >= 500) return { code: "serverInternal", ...trouble };
  if (problem.status === 404)
    return { code: "not_found", retry: "permanent", message: "The certificate authority does not know this any more." };
  return { code: "refused", retry: "permanent", message: "The certificate authority refused the request." };
}

/** A problem document as an error of ours. `name` is the host name it is about, when it is about one. */
export function toAcmeError(
  problem: Problem,
  more: { retryAfterMs?: number | undefined; name?: string } = {},
): AppError {
  const meaning = findMeaning(problem);
  const retryAfterMs = more.retryAfterMs ?? meaning.retryAfterMs;
  return new AppError({
    code: `acme.${meaning.code}`,
    message: more.name ? `${more.name}: ${meaning.message}` : meaning.message,
    detail: describeProblem(problem),
    retry: meaning.retry,
    cause: problem,
    ...(meaning.advice ? { advice: meaning.advice } : {}),
    ...(meaning.retry === "retry" && retryAfterMs !== undefined ? { retryAfterMs } : {}),
  });
}

/** The problem document behind an error that toAcmeError made. */
export function findProblem(error: unknown): Problem | undefined {
  if (!(error instanceof AppError && error.code.startsWith("acme."))) return undefined;
  const parsed = Problem.safeParse(error.cause);
  return parsed.success && error.cause instanceof Error === false ? parsed.data : undefined;
}
