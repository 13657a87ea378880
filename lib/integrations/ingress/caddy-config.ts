import { AppError } from "#lib/platform/errors.ts";
import { describeChain, fingerprintOf } from "./pem.ts";
import type { IngressCertificate, PresentIngressCertificate, Route } from "./types.ts";

/**
 * Caddy's configuration as plain JSON, and the changes the panel makes in it. All that is ours has an `@id` of this
 * beginning; nothing else is ever changed or taken away.
 */
export type CaddyConfig = Record<string, unknown>;
type Item = Record<string, unknown>;

const OURS = "seaworthy-";
const DEFAULT_POLICY = `${OURS}default-policy`;
const SERVERS = { https: "seaworthy_https", http: "seaworthy_http" } as const;
type Side = keyof typeof SERVERS;

const isItem = (value: unknown): value is Item => typeof value === "object" && value !== null && !Array.isArray(value);
const isOurs = (item: Item) => typeof item["@id"] === "string" && item["@id"].startsWith(OURS);
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

/** The object behind a key, made when it is missing. */
function child(parent: Item, key: string): Item {
  const value = parent[key];
  if (isItem(value)) return value;
  const made: Item = {};
  parent[key] = made;
  return made;
}

/** The list behind a key, made when it is missing. */
function list(parent: Item, key: string): Item[] {
  const value = parent[key];
  if (Array.isArray(value)) return value as Item[];
  const made: Item[] = [];
  parent[key] = made;
  return made;
}

const itemsOf = (value: unknown): Item[] => (Array.isArray(value) ? value.filter(isItem) : []);

function httpApp(config: CaddyConfig): Item {
  return child(child(config, "apps"), "http");
}

function portOf(config: CaddyConfig, side: Side): number {
  const port = httpApp(config)[`${side}_port`];
  return typeof port === "number" ? port : side === "https" ? 443 : 80;
}

function findServer(config: CaddyConfig, side: Side): Item | undefined {
  const servers = child(httpApp(config), "servers");
  const own = servers[SERVERS[side]];
  if (isItem(own)) return own;
  const end = `:${portOf(config, side)}`;
  return Object.values(servers)
    .filter(isItem)
    .find((server) => texts(server.listen).some((address) => address.endsWith(end)));
}

/** The server that listens where the side's port is: an operator's own, or else one of ours. */
function ensureServer(config: CaddyConfig, side: Side): Item {
  const found = findServer(config, side);
  if (found) return found;
  const made: Item = {
    listen: [`:${portOf(config, side)}`],
    routes: [],
    // The panel brings the certificates; Caddy is not to order any by itself.
    automatic_https: { disable: true },
    ...(side === "https" ? { tls_connection_policies: [{ "@id": DEFAULT_POLICY }] } : {}),
  };
  child(httpApp(config), "servers")[SERVERS[side]] = made;
  return made;
}

/** Our servers go with the last thing in them. */
function pruneServers(config: CaddyConfig): void {
  const servers = child(httpApp(config), "servers");
  for (const name of Object.values(SERVERS)) {
    const server = servers[name];
    if (!isItem(server) || itemsOf(server.routes).length > 0) continue;
    const policies = itemsOf(server.tls_connection_policies);
    if (policies.every((policy) => policy["@id"] === DEFAULT_POLICY)) delete servers[name];
  }
}

const routeId = (id: string) => `${OURS}route-${id}`;
const redirectId = (id: string) => `${OURS}redirect-${id}`;
const certificateId = (id: string) => `${OURS}certificate-${id}`;
const policyId = (id: string) => `${OURS}policy-${id}`;

const matchHosts = (route: Route) => [{ host: [...route.hostnames] }];

const proxyItem = (route: Route): Item => ({
  "@id": routeId(route.id),
  match: matchHosts(route),
  handle: [{ handler: "reverse_proxy", upstreams: [{ dial: route.upstream }] }],
  terminal: true,
});

const redirectItem = (route: Route): Item => ({
  "@id": redirectId(route.id),
  match: matchHosts(route),
  handle: [
    {
      handler: "static_response",
      status_code: 308,
      headers: { Location: ["https://{http.request.host}{http.request.uri}"] },
    },
  ],
  terminal: true,
});

/** Where it stands already it is replaced; else it comes first, for somebody's catch-all may stand there. */
function place(items: Item[], item: Item): void {
  const at = items.findIndex((one) => isItem(one) && one["@id"] === item["@id"]);
  if (at >= 0) items[at] = item;
  else items.unshift(item);
}

function drop(items: unknown, id: string): boolean {
  if (!Array.isArray(items)) return false;
  const at = items.findIndex((one) => isItem(one) && one["@id"] === id);
  if (at >= 0) items.splice(at, 1);
  return at >= 0;
}

const serversOf = (config: CaddyConfig): Item[] => Object.values(child(httpApp(config), "servers")).filter(isItem);

function dropRoute(config: CaddyConfig, id: string, keep?: { server: Item; id: string }[]): boolean {
  let dropped = false;
  for (const server of serversOf(config))
    for (const item of [routeId(id), redirectId(id)])
      if (!keep?.some((one) => one.server === server && one.id === item))
        dropped = drop(server.routes, item) || dropped;
  return dropped;
}

function assertNobodyElse(server: Item, route: Route): void {
  const wanted = new Set(route.hostnames);
  const foreign = itemsOf(server.routes)
    .filter((item) => !isOurs(item))
    .flatMap((item) => itemsOf(item.match).flatMap((match) => texts(match.host)))
    .find((host) => wanted.has(host.toLowerCase()));
  if (!foreign) return;
  throw new AppError({
    code: "ingress.foreign",
    message: `Caddy already has a route for ${foreign} that the panel did not make.`,
    advice: "Take it out of Caddy's own configuration, or choose another name; then retry.",
    retry: "needs_person",
    status: 409,
  });
}

/** Changes the configuration in place. */
export function setRoute(config: CaddyConfig, route: Route): void {
  const http = ensureServer(config, "http");
  const https = route.tls ? ensureServer(config, "https") : undefined;
  for (const server of https ? [http, https] : [http]) assertNobodyElse(server, route);
  const wanted = https
    ? [
        { server: https, item: proxyItem(route) },
        { server: http, item: redirectItem(route) },
      ]
    : [{ server: http, item: proxyItem(route) }];
  const keep = wanted.map(({ server, item }) => ({ server, id: String(item["@id"]) }));
  dropRoute(config, route.id, keep);
  for (const { server, item } of wanted) place(list(server, "routes"), item);
  pruneServers(config);
}

export function unsetRoute(config: CaddyConfig, id: string): boolean {
  const dropped = dropRoute(config, id);
  pruneServers(config);
  return dropped;
}

export function getRoute(config: CaddyConfig, id: string): Route | null {
  for (const server of serversOf(config)) {
    const item = itemsOf(server.routes).find((one) => one["@id"] === routeId(id));
    const [match] = itemsOf(item?.match);
    const [handler] = itemsOf(item?.handle);
    const [upstream] = itemsOf(handler?.upstreams);
    if (!item || !match || typeof upstream?.dial !== "string") continue;
    return { id, hostnames: texts(match.host), upstream: upstream.dial, tls: server === findServer(config, "https") };
  }
  return null;
}

/** Ids of the panel's routes and certificates. */
export function listIds(config: CaddyConfig): { routes: Set<string>; certificates: Set<string> } {
  const idsOf = (items: Item[], beginning: string) =>
    items.flatMap(({ "@id": id }) =>
      typeof id === "string" && id.startsWith(beginning) ? [id.slice(beginning.length)] : [],
    );
  return {
    routes: new Set(serversOf(config).flatMap((server) => idsOf(itemsOf(server.routes), routeId("")))),
    certificates: new Set(
      serversOf(config).flatMap((server) => idsOf(itemsOf(server.tls_connection_policies), policyId(""))),
    ),
  };
}

const loadedPems = (config: CaddyConfig) =>
  list(child(child(child(config, "apps"), "tls"), "certificates"), "load_pem");

/**
 * A policy of its own for each certificate, which names exactly this one by its tag: Caddy keeps certificates that were
 * loaded before in memory, and would otherwise go on serving the old one of two that fit.
 */
function policyItem(certificate: IngressCertificate): Item {
  return {
    "@id": policyId(certificate.id),
    match: { sni: [...certificate.names] },
    certificate_selection: { any_tag: [tagOf(certificate.chainPem)] },
  };
}

const tagOf = (chainPem: string) => `${OURS}${fingerprintOf(chainPem)}`;

export function setCertificate(config: CaddyConfig, certificate: IngressCertificate): void {
  const pems = loadedPems(config);
  const item: Item = {
    "@id": certificateId(certificate.id),
    certificate: certificate.chainPem,
    key: certificate.keyPem,
    tags: [tagOf(certificate.chainPem)],
  };
  const at = pems.findIndex((one) => isItem(one) && one["@id"] === item["@id"]);
  if (at >= 0) pems[at] = item;
  else pems.push(item);
  const server = ensureServer(config, "https");
  const policies = list(server, "tls_connection_policies");
  // Without any, Caddy would have put a general one there by itself.
  if (policies.length === 0) policies.push({ "@id": DEFAULT_POLICY });
  placePolicy(
    policies,
    policyItem(certificate),
    certificate.names.some((name) => name.startsWith("*.")),
  );
}

/** A wildcard's policy stands behind those that name a host exactly: the first that fits is taken. */
function placePolicy(policies: Item[], item: Item, isWildcard: boolean): void {
  const isThere = policies.some((one) => one["@id"] === item["@id"]);
  const last = policies.findLastIndex((one) => isOurs(one) && one["@id"] !== DEFAULT_POLICY);
  if (isThere || !isWildcard) place(policies, item);
  else policies.splice(last + 1, 0, item);
}

export function unsetCertificate(config: CaddyConfig, id: string): boolean {
  let dropped = drop(loadedPems(config), certificateId(id));
  for (const server of serversOf(config)) {
    dropped = drop(server.tls_connection_policies, policyId(id)) || dropped;
    const policies = itemsOf(server.tls_connection_policies);
    const isBare = policies.length === 1 && policies[0]?.["@id"] === DEFAULT_POLICY;
    if (isBare && server !== child(httpApp(config), "servers")[SERVERS.https]) delete server.tls_connection_policies;
  }
  const tls = child(child(config, "apps"), "tls");
  const certificates = child(tls, "certificates");
  if (loadedPems(config).length === 0) delete certificates.load_pem;
  if (Object.keys(certificates).length === 0) delete tls.certificates;
  if (Object.keys(tls).length === 0) delete child(config, "apps").tls;
  pruneServers(config);
  return dropped;
}

/** What would be served: null unless the certificate and the policy that selects it are both there. */
export function getCertificate(config: CaddyConfig, id: string): PresentIngressCertificate | null {
  const item = loadedPems(config).find((one) => isItem(one) && one["@id"] === certificateId(id));
  if (!item || typeof item.certificate !== "string") return null;
  const tag = tagOf(item.certificate);
  const isSelected = serversOf(config)
    .flatMap((server) => itemsOf(server.tls_connection_policies))
    .some(
      (policy) => isItem(policy.certificate_selection) && texts(policy.certificate_selection.any_tag).includes(tag),
    );
  return isSelected ? describeChain(item.certificate) : null;
}
