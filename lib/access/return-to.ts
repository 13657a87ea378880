const NOWHERE = "http://panel.invalid";
const MAX_LENGTH = 2000;

/**
 * Where to go after sign-in: a path of the panel, whatever was asked for. Anything a browser could read as another site, a
 * script or a header goes to the home page, and so does what is not a page.
 */
export function toLocalPath(wanted: unknown): string {
  if (typeof wanted !== "string" || wanted.length > MAX_LENGTH) return "/";
  if (!/^\/(?![/\\])[^\\\p{Cc}\p{Zl}\p{Zp}]*$/u.test(wanted) || !URL.canParse(wanted, NOWHERE)) return "/";
  const { origin, pathname, search, hash } = new URL(wanted, NOWHERE);
  if (origin !== NOWHERE || pathname.startsWith("//") || /^\/(api|saml|sp|sign-in)(\/|$)/.test(pathname)) return "/";
  return `${pathname}${search}${hash}`;
}
