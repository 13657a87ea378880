import { AppError, type RetryClass } from "#lib/platform/errors.ts";

interface Kind {
  code: string;
  pattern: RegExp;
  message: string;
  advice: string;
  retry: RetryClass;
}

/** By what git and ssh say, the first that fits. */
const KINDS: readonly Kind[] = [
  {
    code: "git.host_key",
    pattern: /host key verification failed|remote host identification has changed|no matching host key/i,
    message: "The configuration repository's host shows a key that is not among the known ones.",
    advice:
      "Compare the host's key with CONFIG_REPOSITORY_KNOWN_HOSTS. Change the setting only when the host's key was changed on purpose.",
    retry: "needs_person",
  },
  {
    code: "git.denied",
    pattern:
      /permission denied|authentication failed|could not read (username|password)|error in libcrypto|invalid format|returned error: (401|403)/i,
    message: "The configuration repository does not let the panel in.",
    advice:
      "Look at CONFIG_REPOSITORY_SSH_KEY, or CONFIG_REPOSITORY_USERNAME and CONFIG_REPOSITORY_TOKEN, and whether they may push.",
    retry: "needs_person",
  },
  {
    code: "git.refused",
    pattern: /hook declined|protected branch|remote rejected|deny(ing)? (updating|non-fast-forward)/i,
    message: "The configuration repository refused the push.",
    advice:
      "Read its words below. Let the panel's key push to this branch, or bring the commit there by hand; then retry.",
    retry: "needs_person",
  },
  {
    code: "git.missing",
    pattern: /does not appear to be a git repository|repository not found|not found|no such file|returned error: 404/i,
    message: "There is no repository at CONFIG_REPOSITORY_URL, or the panel's key may not see it.",
    advice: "Look at CONFIG_REPOSITORY_URL.",
    retry: "needs_person",
  },
];

/** Turns git's own words into an error. `what`: "fetch from the configuration repository". */
export function toGitError(what: string, words: string): AppError {
  const detail = words.trim().slice(-2_000);
  const kind = KINDS.find(({ pattern }) => pattern.test(words));
  if (kind) return new AppError({ ...kind, detail });
  const line =
    /could not resolve|connection (refused|reset|closed|timed out)|timed out|no route|unable to access|hung up|early eof|unreachable|kex_exchange/i;
  if (line.test(words))
    return new AppError({
      code: "git.unreachable",
      message: "The configuration repository does not answer.",
      detail,
      retry: "retry",
      status: 503,
    });
  return new AppError({ code: "git.failed", message: `git could not ${what}.`, detail, retry: "retry" });
}

export const tookTooLong = (what: string, ms: number) =>
  new AppError({
    code: "git.timeout",
    message: `git could not ${what} within ${Math.round(ms / 1000)} seconds.`,
    retry: "retry",
    status: 503,
  });
