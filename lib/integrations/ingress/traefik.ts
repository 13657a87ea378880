import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { AppError } from "#lib/platform/errors.ts";
import { readPrivateFile, removePrivateFile, toFileError, writePrivateFile } from "./files.ts";
import { assertSafeId, describeChain, fingerprintOf } from "./pem.ts";
import type { Ingress, IngressCall, IngressCertificate, PresentIngressCertificate, Put, Route } from "./types.ts";

const OURS = "seaworthy";
/** Traefik's own names for its two entry points, as its documentation and its Helm chart have them. */
const HTTP = "web";
const HTTPS = "websecure";
const NOTE = "# Written by Seaworthy, and replaced whole with every change.\n";

/** Host names go into Traefik's rules between back-ticks. */
const HOSTNAME = /^(\*\.)?[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9])?$/;

const routeFile = z.object({
  http: z.object({
    routers: z.record(z.string(), z.looseObject({ rule: z.string(), tls: z.unknown().optional() })),
    services: z.record(
      z.string(),
      z.object({ loadBalancer: z.object({ servers: z.array(z.object({ url: z.string() })).min(1) }) }),
    ),
  }),
});
const certificateFile = z.object({
  tls: z.object({ certificates: z.array(z.object({ certFile: z.string(), keyFile: z.string() })).length(1) }),
});

/**
 * Traefik, by its file provider: one YAML file for each route and each certificate in the folder it watches, PEM files of
 * mode 0600 below it. Traefik looks again when a file of the folder itself changes, so a new certificate has new PEM files,
 * and the YAML that names them changes last.
 */
export function openTraefik(dir: string): Ingress {
  const files = placeFiles(dir);
  const put = async (path: string, text: string, call: IngressCall): Promise<Put> => {
    const before = await readPrivateFile(path);
    if (before === text) return "kept";
    await call.guard();
    await writePrivateFile(path, text);
    return before === null ? "created" : "changed";
  };
  const remove = async (path: string, call: IngressCall): Promise<boolean> => {
    if ((await readPrivateFile(path)) === null) return false;
    await call.guard();
    await removePrivateFile(path);
    return true;
  };
  return {
    kind: "traefik",
    label: "Traefik",
    putRoute: async (route, call) => {
      await assertFolder(dir);
      return put(files.route(route.id), NOTE + stringify(describeRoute(route)), call);
    },
    removeRoute: (id, call) => remove(files.route(id), call),
    findRoute: async (id) => readRoute(id, await readPrivateFile(files.route(id))),
    putCertificate: async (certificate, call) => {
      await assertFolder(dir);
      return putCertificate(dir, certificate, call, put);
    },
    removeCertificate: async (id, call) => {
      const had = await remove(files.certificate(id), call);
      const left = await removePems(dir, id, new Set(), call);
      return had || left;
    },
    listIds: async () => {
      const names = await readdir(dir).catch((error: unknown) => {
        throw toFileError(error, `use the folder ${dir}`);
      });
      const idsOf = (what: string) =>
        new Set(names.flatMap((name) => new RegExp(`^${OURS}-${what}-([a-z0-9-]+)\\.yml$`).exec(name)?.[1] ?? []));
      return { routes: idsOf("route"), certificates: idsOf("certificate") };
    },
    findCertificate: async (id) => {
      const text = await readPrivateFile(files.certificate(id));
      return text === null ? null : describePem(text);
    },
  };
}

const placeFiles = (dir: string) => ({
  route: (id: string) => join(dir, `${OURS}-route-${assertSafeId(id)}.yml`),
  certificate: (id: string) => join(dir, `${OURS}-certificate-${assertSafeId(id)}.yml`),
});

const pemFolder = (dir: string) => join(dir, `${OURS}-pem`);

async function assertFolder(dir: string): Promise<void> {
  try {
    await readdir(dir);
    await mkdir(pemFolder(dir), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw toFileError(error, `use the folder ${dir}`);
  }
}

function describeRoute(route: Route) {
  const id = `${OURS}-${assertSafeId(route.id)}`;
  const wrong = route.hostnames.find((name) => !HOSTNAME.test(name));
  if (wrong !== undefined)
    throw new AppError({ code: "ingress.bad_name", message: `"${wrong.slice(0, 100)}" is not a host name.` });
  const rule = route.hostnames.map((name) => `Host(\`${name}\`)`).join(" || ");
  const plain = route.tls ? { middlewares: [`${id}-to-https`] } : {};
  return {
    http: {
      routers: {
        ...(route.tls ? { [id]: { rule, entryPoints: [HTTPS], service: id, tls: {} } } : {}),
        [`${id}-http`]: { rule, entryPoints: [HTTP], service: id, ...plain },
      },
      ...(route.tls
        ? { middlewares: { [`${id}-to-https`]: { redirectScheme: { scheme: "https", permanent: true } } } }
        : {}),
      services: { [id]: { loadBalancer: { servers: [{ url: `http://${route.upstream}` }] } } },
    },
  };
}

function readRoute(id: string, text: string | null): Route | null {
  if (text === null) return null;
  const { http } = readYaml(routeFile, text);
  const routers = Object.values(http.routers);
  const [service] = Object.values(http.services);
  const hostnames = [...(routers[0]?.rule ?? "").matchAll(/Host\(`([^`]+)`\)/g)].map(([, name]) => name ?? "");
  const upstream = new URL(service?.loadBalancer.servers[0]?.url ?? "http://unknown").host;
  return { id, hostnames, upstream, tls: routers.some((router) => router.tls !== undefined) };
}

function readYaml<T>(schema: z.ZodType<T>, text: string): T {
  const read = schema.safeParse(parse(text));
  if (read.success) return read.data;
  throw new AppError({
    code: "ingress.changed_by_hand",
    message: "A file that the panel wrote for Traefik was changed by somebody else.",
    advice: "Remove it, then retry: the panel writes it anew.",
    retry: "needs_person",
  });
}

async function putCertificate(
  dir: string,
  certificate: IngressCertificate,
  call: IngressCall,
  put: (path: string, text: string, call: IngressCall) => Promise<Put>,
): Promise<Put> {
  const base = `${assertSafeId(certificate.id)}.${fingerprintOf(certificate.chainPem)}`;
  const certFile = join(pemFolder(dir), `${base}.crt`);
  const keyFile = join(pemFolder(dir), `${base}.key`);
  await put(keyFile, certificate.keyPem, call);
  await put(certFile, certificate.chainPem, call);
  const yaml = NOTE + stringify({ tls: { certificates: [{ certFile, keyFile }] } });
  const done = await put(placeFiles(dir).certificate(certificate.id), yaml, call);
  await removePems(dir, certificate.id, new Set([certFile, keyFile]), call);
  return done;
}

/** PEM files of earlier certificates; true when there were any. */
async function removePems(dir: string, id: string, keep: ReadonlySet<string>, call: IngressCall): Promise<boolean> {
  const names = await readdir(pemFolder(dir)).catch(() => []);
  const old = names
    .filter((name) => name.startsWith(`${assertSafeId(id)}.`))
    .map((name) => join(pemFolder(dir), name))
    .filter((path) => !keep.has(path));
  for (const path of old) {
    await call.guard();
    await removePrivateFile(path);
  }
  return old.length > 0;
}

async function describePem(yaml: string): Promise<PresentIngressCertificate | null> {
  const [files] = readYaml(certificateFile, yaml).tls.certificates;
  if (!files || (await readPrivateFile(files.keyFile)) === null) return null;
  const chain = await readPrivateFile(files.certFile);
  return chain === null ? null : describeChain(chain);
}
