import { config } from "#lib/platform/config/config.ts";

/**
 * The toasts' own style sheet (sonner writes it as a <style> element with no nonce), and the empty element it is written
 * into. A test proves that they are still what the installed version writes.
 */
export const KNOWN_STYLES = [
  "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
  "sha256-StEaX+se6YS7pqjzrzMIA0KaX9zF/8zAhvQXZAe5epY=",
];

/**
 * What the browser may load for a page: our own files, and scripts that carry this answer's nonce. `strict-dynamic` lets
 * Next's first script load the rest. Nobody may frame a page.
 */
export function contentSecurityPolicy(nonce: string): string {
  const { NODE_ENV, APP_URL } = config();
  const isDevelopment = NODE_ENV === "development";
  const directives = [
    "default-src 'self'",
    // React's development build rebuilds server stacks with eval.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    `style-src 'self' 'nonce-${nonce}' ${KNOWN_STYLES.map((hash) => `'${hash}'`).join(" ")}`,
    // Positions and sizes that React writes on elements; they can load nothing.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${isDevelopment ? " ws:" : ""}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(APP_URL.startsWith("https:") ? ["upgrade-insecure-requests"] : []),
  ];
  return directives.join("; ");
}

/** For answers that are data, not pages. */
export const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** The headers every answer has, page or data. */
export function addSecurityHeaders(headers: Headers): void {
  headers.set("X-Content-Type-Options", "nosniff");
  // With no-referrer browsers would send `Origin: null`, which the API refuses.
  headers.set("Referrer-Policy", "same-origin");
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  headers.set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), browsing-topics=()");
  if (config().APP_URL.startsWith("https:")) headers.set("Strict-Transport-Security", "max-age=31536000");
}
