import { AppError } from "#lib/platform/errors.ts";

const LOOK_AT_SETTINGS = "Look at UPTIME_KUMA_URL, UPTIME_KUMA_USERNAME and UPTIME_KUMA_PASSWORD.";

export const unreachable = (detail: string, cause?: unknown) =>
  new AppError({
    code: "kuma.unreachable",
    message: "Uptime Kuma does not answer.",
    advice: "The panel tries again by itself. If it goes on, check that Uptime Kuma runs and UPTIME_KUMA_URL.",
    retry: "retry",
    status: 503,
    ...{ detail, cause },
  });

/** Kuma counts sign-ins of everybody together, twenty a minute. */
const TOO_OFTEN = /too frequently/i;
const LIMIT_ENDS_MS = 60_000;

export function signInRefused(words: string): AppError {
  if (TOO_OFTEN.test(words))
    return new AppError({
      code: "kuma.throttled",
      message: "Uptime Kuma lets nobody sign in for a minute.",
      advice: "The panel tries again by itself.",
      detail: words,
      retry: "retry",
      retryAfterMs: LIMIT_ENDS_MS,
      status: 503,
    });
  return new AppError({
    code: "kuma.sign_in",
    message: "Uptime Kuma does not let the panel sign in.",
    advice: LOOK_AT_SETTINGS,
    detail: words,
    retry: "needs_person",
    status: 502,
  });
}

export const secondFactor = () =>
  new AppError({
    code: "kuma.second_factor",
    message: "Uptime Kuma asks for a second factor.",
    advice: "Give the panel an account of its own without one, or a token of a signed-in session in UPTIME_KUMA_TOKEN.",
    retry: "needs_person",
    status: 502,
  });

/** Kuma answers every refusal alike, a busy database as well as a wrong value: the attempts decide. */
export const refused = (what: string, words: string) =>
  new AppError({
    code: "kuma.refused",
    message: `Uptime Kuma refused to ${what}.`,
    advice: "Its own words are below.",
    detail: words,
    retry: "retry",
    status: 502,
  });
