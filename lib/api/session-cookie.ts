import { config } from "#lib/platform/config/config.ts";

const isHttps = () => config().APP_URL.startsWith("https:");

/** `__Host-` makes the browser refuse the cookie from another host of the domain; it needs https. */
export const sessionCookieName = () => (isHttps() ? "__Host-seaworthy" : "seaworthy");

/** The value of one cookie of a request. */
export function readCookie(headers: Headers, name: string): string | null {
  for (const part of (headers.get("cookie") ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}

export function writeCookie(
  name: string,
  value: string,
  options: { maxAgeS: number; sameSite: "Lax" | "None"; path?: string },
): string {
  const parts = [
    `${name}=${value}`,
    `Path=${options.path ?? "/"}`,
    `Max-Age=${options.maxAgeS}`,
    "HttpOnly",
    `SameSite=${options.sameSite}`,
  ];
  if (isHttps()) parts.push("Secure");
  return parts.join("; ");
}

export const sessionCookie = (token: string, maxAgeS: number) =>
  writeCookie(sessionCookieName(), token, { maxAgeS, sameSite: "Lax" });

export const clearedSessionCookie = () => sessionCookie("", 0);
