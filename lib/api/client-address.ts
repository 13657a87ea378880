import { isIP } from "node:net";
import { config } from "#lib/platform/config/config.ts";

/**
 * Address of the browser, as the last of our own proxies saw it; empty when there is none to believe. Whatever stands
 * further left in X-Forwarded-For was written by strangers.
 */
export function clientAddress(headers: Headers): string {
  const proxies = config().TRUSTED_PROXIES;
  if (proxies === 0) return "";
  const hops = (headers.get("x-forwarded-for") ?? "").split(",").map((hop) => hop.trim());
  const address = hops.at(-proxies) ?? "";
  return isIP(address) ? address : "";
}
