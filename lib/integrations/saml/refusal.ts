import { AppError } from "#lib/platform/errors.ts";

/** A response that is not believed. The detail is for the log; the reader learns which kind of doubt it was. */
export function refuseResponse(code: string, message: string): AppError {
  return new AppError({
    code: `saml.${code}`,
    message,
    advice: "Begin again at the sign-in page. If it happens again, tell an administrator.",
    status: 403,
  });
}
