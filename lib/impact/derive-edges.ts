import type { DependencyKind } from "./constants.ts";
import type { Edge, Findable, Leaning } from "./types.ts";

interface Found {
  id: string;
  kind: DependencyKind;
  what: string;
}

/** Every word by which a service can be named in somebody else's settings. */
function listTokens(service: Findable): [token: string, found: Found][] {
  const named = (kind: DependencyKind, what: string): Found => ({ id: service.id, kind, what });
  return [
    ...service.hostnames.map((host): [string, Found] => [host, named("hostname", host)]),
    ...service.folders.map((path): [string, Found] => [path, named("folder", path)]),
    ...service.stackNames.flatMap((stack): [string, Found][] => [
      [`${stack}_db`, named("database", `${stack}_db`)],
      [`${stack}_app`, named("service", `${stack}_app`)],
    ]),
  ];
}

/** Words of a value that may be a host, a path or a name; a path is looked up with each folder above it too. */
function* wordsOf(value: string): Generator<string> {
  for (const [word] of value.matchAll(/[A-Za-z0-9_./-]+/g)) {
    yield word;
    for (const part of word.split("/")) yield part;
    if (!word.startsWith("/")) continue;
    for (let path = word; path.length > 1; path = path.slice(0, path.lastIndexOf("/"))) yield path;
  }
}

const SECRET = /services\.([a-z0-9-]+)\./g;

/**
 * What the panel can tell by itself: a variable that names another service's host, database, folder or secret, and a host
 * name below another service's. One edge per pair and kind.
 */
export function deriveEdges(services: readonly (Leaning & Findable)[]): Edge[] {
  const tokens = new Map(services.flatMap(listTokens));
  const byName = new Map(services.map((one) => [one.name, one.id]));
  const edges = new Map<string, Edge>();
  const add = (fromId: string, { id: toId, kind }: Pick<Found, "id" | "kind">, reason: string) => {
    const key = `${fromId} ${toId} ${kind}`;
    if (fromId !== toId && !edges.has(key)) edges.set(key, { fromId, toId, kind, reason, source: "seen" });
  };
  for (const service of services) {
    for (const { name, value } of service.env) {
      for (const word of wordsOf(value)) {
        const found = tokens.get(word);
        if (found) add(service.id, found, `${name} names ${found.what}`);
      }
      for (const [secret, owner = ""] of value.matchAll(SECRET)) {
        const id = byName.get(owner);
        if (id) add(service.id, { id, kind: "secrets" }, `${name} names a secret ${secret}…`);
      }
    }
    for (const host of service.hostnames)
      for (
        let above = host.slice(host.indexOf(".") + 1);
        above.includes(".");
        above = above.slice(above.indexOf(".") + 1)
      ) {
        const found = tokens.get(above);
        if (found?.kind === "hostname") add(service.id, found, `${host} lies below ${above}`);
      }
  }
  return [...edges.values()];
}
