export type IngressKind = "caddy" | "traefik";

/** Host names that are passed on to a published port. */
export interface Route {
  /** Of the panel's own making: it becomes part of file names. */
  id: string;
  hostnames: readonly string[];
  /** `host:port`, spoken to in plain HTTP. */
  upstream: string;
  /** Answer on HTTPS, and send HTTP there; false: plain HTTP only. */
  tls: boolean;
}

export interface IngressCertificate {
  id: string;
  names: readonly string[];
  /** Leaf first. */
  chainPem: string;
  keyPem: string;
}

/** What the ingress has, never with the key. */
export interface PresentIngressCertificate {
  names: string[];
  /** Hexadecimal, upper case. */
  serial: string;
}

/** A step's context is one: `guard` is called right before each change. */
export interface IngressCall {
  signal: AbortSignal;
  guard(): Promise<void>;
}

export type Put = "created" | "changed" | "kept";

/**
 * A reverse proxy that the panel brings routes and certificates to. Everything may be done twice; what others made there
 * is left alone. Failures are AppErrors with their retry class.
 */
export interface Ingress {
  readonly kind: IngressKind;
  /** As people call it. */
  readonly label: string;
  putRoute(route: Route, call: IngressCall): Promise<Put>;
  /** False when there was none. */
  removeRoute(id: string, call: IngressCall): Promise<boolean>;
  findRoute(id: string, signal: AbortSignal): Promise<Route | null>;
  putCertificate(certificate: IngressCertificate, call: IngressCall): Promise<Put>;
  removeCertificate(id: string, call: IngressCall): Promise<boolean>;
  findCertificate(id: string, signal: AbortSignal): Promise<PresentIngressCertificate | null>;
  /** Ids of all that the panel has brought there, in one look. */
  listIds(signal: AbortSignal): Promise<{ routes: ReadonlySet<string>; certificates: ReadonlySet<string> }>;
}
