import { createTransport } from "nodemailer";
import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import { toMailError } from "./errors.ts";

const CONNECT_TIMEOUT_MS = 10_000;
const SILENCE_TIMEOUT_MS = 30_000;
const IMPLICIT_TLS_PORT = 465;

export interface OutgoingMail {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** With its angle brackets; the same for every try of one mail. */
  messageId: string;
}

/** A line break in a header begins another header; two addresses in one are another recipient. */
function assertHeaders({ to, subject, messageId }: OutgoingMail): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  const control = /[\u0000-\u001f\u007f\u2028\u2029]/;
  const isAddress = /^[^\s@<>",;:()[\]\\]+@[^\s@<>",;:()[\]\\]+$/.test(to);
  if (isAddress && ![to, subject, messageId].some((header) => control.test(header))) return;
  throw new AppError({
    code: "mail.bad_header",
    message: "The mail's address or subject holds characters that no header may hold.",
    advice: "Correct the person's mail address at the identity provider.",
    retry: "permanent",
  });
}

function connect() {
  const { SMTP_HOST, SMTP_PORT, NOTIFICATIONS_USERNAME, NOTIFICATIONS_PASSWORD } = config();
  const signsIn = NOTIFICATIONS_USERNAME !== "";
  return createTransport({
    host: SMTP_HOST,
    port: SMTP_PORT,
    secure: SMTP_PORT === IMPLICIT_TLS_PORT,
    // STARTTLS whenever it is offered; a password never goes over a connection without it.
    requireTLS: signsIn && SMTP_PORT !== IMPLICIT_TLS_PORT,
    ...(signsIn ? { auth: { user: NOTIFICATIONS_USERNAME, pass: NOTIFICATIONS_PASSWORD } } : {}),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    dnsTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
  });
}

/** Rejects as soon as the signal fires; what was begun ends by its own time limit. */
function untilAborted(signal: AbortSignal): { promise: Promise<never>; forget: () => void } {
  let onAbort = () => {};
  const promise = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  return { promise, forget: () => signal.removeEventListener("abort", onAbort) };
}

/** Hands one mail to the mail server. Returns what the server said when it took it. */
export async function sendMail(mail: OutgoingMail, { signal }: { signal: AbortSignal }): Promise<{ response: string }> {
  assertHeaders(mail);
  const transport = connect();
  const aborted = untilAborted(signal);
  try {
    const sending = transport.sendMail({
      from: { name: "Seaworthy", address: config().NOTIFICATIONS_EMAIL_USER },
      to: { name: "", address: mail.to },
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      messageId: mail.messageId,
      headers: { "Auto-Submitted": "auto-generated" },
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    const info = await Promise.race([sending, aborted.promise]);
    return { response: info.response };
  } catch (error) {
    signal.throwIfAborted();
    throw toMailError(error);
  } finally {
    aborted.forget();
    transport.close();
  }
}
