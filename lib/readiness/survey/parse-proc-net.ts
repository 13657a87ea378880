/** A socket that waits for whoever comes. */
export interface Listening {
  port: number;
  protocol: "tcp" | "udp";
  /** "0.0.0.0", "::", or the one address it is bound to. */
  address: string;
  /** Reached from within the container only. */
  isLocal: boolean;
}

const TCP_LISTEN = "0A";
const UDP_UNCONNECTED = "07";
/** Docker answers a container's questions about names there, from within its own network. */
const DOCKERS_RESOLVER = "127.0.0.11";
const NOBODY = /^0+:0000$/;

/** The kernel writes addresses as words in the machine's own order: little-endian wherever we run. */
const bytesOf = (hex: string): number[] =>
  (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)),
  );

function readAddress(hex: string): { address: string; isLocal: boolean } {
  const bytes = bytesOf(hex);
  const v4 = (four: number[]) => ({ address: four.join("."), isLocal: four[0] === 127 });
  if (bytes.length === 4) return v4(bytes);
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (isMapped) return v4(bytes.slice(12));
  if (bytes.every((byte) => byte === 0)) return { address: "::", isLocal: false };
  const isLocal = bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1;
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  );
  return { address: isLocal ? "::1" : groups.join(":"), isLocal };
}

/** What /proc/net/{tcp,tcp6,udp,udp6} say listens. Connections are left out. */
export function parseProcNet(text: string, protocol: "tcp" | "udp"): Listening[] {
  const found: Listening[] = [];
  for (const line of text.split("\n")) {
    const [slot, local, remote, state] = line.trim().split(/\s+/);
    if (!slot || !/^\d+:$/.test(slot) || !local || !remote) continue;
    if (state !== (protocol === "tcp" ? TCP_LISTEN : UDP_UNCONNECTED) || !NOBODY.test(remote)) continue;
    const [address = "", port = ""] = local.split(":");
    const place = readAddress(address);
    if (place.address !== DOCKERS_RESOLVER) found.push({ port: Number.parseInt(port, 16), protocol, ...place });
  }
  return found;
}
