import { AppError } from "#lib/platform/errors.ts";

interface SmtpFailure {
  code?: string;
  command?: string;
  response?: string;
  responseCode?: number;
}

const readFailure = (error: unknown): SmtpFailure => (typeof error === "object" && error !== null ? error : {});

/** What the mail server said, as an error of ours, with its own words in `detail`. */
export function toMailError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { code, command, response, responseCode } = readFailure(error);
  const words = response ?? (error instanceof Error ? error.message : String(error));
  const base = { detail: words, cause: error };
  if (code === "EAUTH" || responseCode === 530 || responseCode === 535)
    return new AppError({
      ...base,
      code: "mail.sign_in_refused",
      message: "The mail server does not let the panel sign in.",
      advice: "Check NOTIFICATIONS_USERNAME and NOTIFICATIONS_PASSWORD, then retry.",
      retry: "needs_person",
    });
  if (code === "ETLS" || /certificate|self.signed|altnames/i.test(words))
    return new AppError({
      ...base,
      code: "mail.no_trusted_tls",
      message: "No encrypted connection to the mail server could be made that the panel trusts.",
      advice: "Check SMTP_HOST and SMTP_PORT: the name must be the one in the server's certificate. Then retry.",
      retry: "needs_person",
    });
  if (responseCode !== undefined && responseCode >= 500) {
    if (command === "MAIL FROM")
      return new AppError({
        ...base,
        code: "mail.sender_refused",
        message: "The mail server does not accept mail from the panel's address.",
        advice: "Check NOTIFICATIONS_EMAIL_USER, then retry.",
        retry: "needs_person",
      });
    return new AppError({
      ...base,
      code: "mail.rejected",
      message: "The mail server refused the mail.",
      advice: "Check the recipient's address. The server's own words are in the details.",
      retry: "permanent",
    });
  }
  return new AppError({
    ...base,
    code: responseCode === undefined ? "mail.unreachable" : "mail.deferred",
    message:
      responseCode === undefined
        ? "The mail server did not answer."
        : "The mail server does not take the mail just now.",
    advice: "The panel tries again by itself.",
    retry: "retry",
    status: 503,
  });
}
