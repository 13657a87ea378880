/** Addresses a stand-in may send people to: exact, or with `*` as the port of a loopback host or as the last path segment. */
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

function matches(pattern: string, url: URL): boolean {
  const parts = /^(https?):\/\/([^/:]+|\[[^\]]+\])(?::(\d+|\*))?(\/.*)$/.exec(pattern);
  if (!parts) throw new Error(`Not an address to allow: ${pattern}`);
  const [, scheme, host = "", port, path = ""] = parts;
  if (port === "*" && !LOOPBACK.has(host)) throw new Error(`Any port is allowed on loopback hosts only: ${pattern}`);
  const wanted = new URL(`${scheme}://${host}${port === undefined || port === "*" ? "" : `:${port}`}/`);
  if (url.protocol !== wanted.protocol || url.hostname !== wanted.hostname) return false;
  if (port !== "*" && url.port !== wanted.port) return false;
  return path.endsWith("/*") ? url.pathname.startsWith(path.slice(0, -1)) : url.pathname === path;
}

export function isAllowedUrl(patterns: string[], address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return url.username === "" && patterns.some((pattern) => matches(pattern, url));
}
