import { BlockList, isIP } from "node:net";

/** What only this machine's own links lead to: neighbours without a router, and what clouds tell their machines about themselves. */
const LINK_LOCAL = new BlockList();
LINK_LOCAL.addSubnet("169.254.0.0", 16, "ipv4");
LINK_LOCAL.addSubnet("fe80::", 10, "ipv6");

export const OWN_NETWORK = "leads to this machine's own network";

export function isOwnNetwork(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  const family = isIP(address);
  return family !== 0 && LINK_LOCAL.check(address, family === 6 ? "ipv6" : "ipv4");
}
