import { forgetDelivery, noteDelivered } from "#lib/certificates/commands/note-delivery.ts";
import { findServiceCertificate, readDeliverable } from "#lib/certificates/commands/read-deliverable.ts";
import { openIngress } from "#lib/integrations/ingress/open.ts";
import type { Ingress } from "#lib/integrations/ingress/types.ts";
import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type {
  LedgerEntry,
  LedgerResource,
  PlannedChange,
  PlanResult,
  StepContext,
  VerifyResult,
} from "#lib/steps/types.ts";
import { INGRESS_LABELS, INGRESS_RESOURCES, INGRESS_TARGET } from "../constants.ts";
import { type RouteInput, routeInputSchema } from "../schema.ts";
import { toRoute, upstreamOf } from "../to-route.ts";
import { forgetAcmeEntries } from "./forget-acme-entries.ts";

interface RouteOutput {
  urls: string[];
  upstream: string;
  certificateId: string | null;
  serial: string | null;
}

/** The public names of a service at the reverse proxy: its certificate, the way to its published port, HTTP sent to HTTPS. */
export const ingressRoute = defineStep({
  name: "ingress.route",
  queue: "provisioning",
  input: routeInputSchema,
  plan: planRoute,
  apply: applyRoute,
  verify: verifyRoute,
  undo: undoRoute,
  findLeft: findLeftAtIngress,
});

const schemeOf = (input: RouteInput) => (input.certificateNames ? "https" : "http");

const routeEntry = (input: RouteInput): LedgerEntry => ({
  kind: INGRESS_RESOURCES.route,
  providerId: `${input.kind}:${input.routeId}`,
  name: input.hostnames.join(", ").slice(0, 255),
  attributes: { id: input.routeId },
});

const certificateEntry = (input: RouteInput, certificateId: string): LedgerEntry => ({
  kind: INGRESS_RESOURCES.certificate,
  providerId: `${input.kind}:${certificateId}`,
  name: input.hostnames.join(", ").slice(0, 255),
  attributes: { id: certificateId },
});

async function planRoute(input: RouteInput, ctx: StepContext): Promise<PlanResult> {
  const label = INGRESS_LABELS[input.kind];
  const present = await openIngress(input.kind).findRoute(input.routeId, ctx.signal);
  const changes: PlannedChange[] = [];
  if (input.certificateNames)
    changes.push({
      action: present ? "change" : "create",
      kind: "certificate",
      name: `for ${input.hostnames.join(", ")}`,
      detail: `brought to ${label}, and again after every renewal`,
    });
  for (const hostname of input.hostnames)
    changes.push({
      action: present ? "change" : "create",
      kind: "route",
      name: `${schemeOf(input)}://${hostname}`,
      detail: `${label} passes it on to ${upstreamOf(input)}${input.certificateNames ? "; http is sent to https" : ", without encryption"}`,
    });
  return { changes };
}

async function applyRoute(input: RouteInput, ctx: StepContext): Promise<RouteOutput> {
  const ingress = openIngress(input.kind);
  const certificate = input.certificateNames ? await bringCertificate(ingress, input, ctx) : null;
  await ctx.ledger.plan(routeEntry(input));
  const route = toRoute(input);
  const done = await ingress.putRoute(route, ctx);
  const seen = await ingress.findRoute(route.id, ctx.signal);
  if (!seen) throw notThere(ingress, "route");
  await ctx.ledger.record(routeEntry(input));
  const urls = input.hostnames.map((name) => `${schemeOf(input)}://${name}`);
  ctx.log.info(`${ingress.label} passes ${urls.join(", ")} on to ${route.upstream} (${done})`);
  return {
    urls,
    upstream: route.upstream,
    certificateId: certificate?.id ?? null,
    serial: certificate?.serial ?? null,
  };
}

const notThere = (ingress: Ingress, what: string) =>
  new AppError({
    code: "ingress.not_kept",
    message: `${ingress.label} took the ${what} and does not have it.`,
    retry: "retry",
  });

async function findOwnCertificate(input: RouteInput, ctx: StepContext) {
  const { certificateNames: names } = input;
  return names && ctx.service ? findServiceCertificate(ctx.service.id, names) : null;
}

async function bringCertificate(ingress: Ingress, input: RouteInput, ctx: StepContext) {
  const found = await findOwnCertificate(input, ctx);
  if (!found)
    throw new AppError({
      code: "ingress.no_certificate",
      message: `The service has no certificate for ${input.certificateNames?.join(", ")}.`,
      advice: "Retry the step that gets it.",
      retry: "permanent",
    });
  const certificate = await readDeliverable(ctx, found.id);
  await ctx.ledger.plan(certificateEntry(input, certificate.id));
  const done = await ingress.putCertificate(certificate, ctx);
  const seen = await ingress.findCertificate(certificate.id, ctx.signal);
  if (!seen) throw notThere(ingress, "certificate");
  await ctx.ledger.record(certificateEntry(input, certificate.id));
  await ctx.write((tx) =>
    noteDelivered(tx, { certificateId: certificate.id, kind: input.kind, target: INGRESS_TARGET }, certificate.serial),
  );
  ctx.log.info(
    `${ingress.label} has the certificate ${certificate.serial} for ${certificate.names.join(", ")} (${done})`,
  );
  return certificate;
}

async function verifyRoute(input: RouteInput, ctx: StepContext): Promise<VerifyResult> {
  const ingress = openIngress(input.kind);
  const no = (reason: string): VerifyResult => ({ ok: false, reason });
  const route = await ingress.findRoute(input.routeId, ctx.signal);
  if (!route) return no(`${ingress.label} has no route for ${input.hostnames.join(", ")}.`);
  const missing = input.hostnames.find((name) => !route.hostnames.includes(name));
  if (missing) return no(`${ingress.label} has no route for ${missing}.`);
  if (route.upstream !== upstreamOf(input))
    return no(`${ingress.label} passes it on to ${route.upstream}, not to ${upstreamOf(input)}.`);
  if (!input.certificateNames)
    return { ok: true, reason: `${ingress.label} passes ${input.hostnames.join(", ")} on to ${route.upstream}.` };
  const wanted = await findOwnCertificate(input, ctx);
  if (!wanted) return no(`The service has no certificate for ${input.certificateNames.join(", ")}.`);
  const served = await ingress.findCertificate(wanted.id, ctx.signal);
  if (!served) return no(`${ingress.label} does not have the service's certificate.`);
  if (served.serial !== wanted.serial) return no(`${ingress.label} has the certificate ${served.serial}, an old one.`);
  const reason = `${ingress.label} passes ${input.hostnames.join(", ")} on to ${route.upstream}, with the certificate ${served.serial}.`;
  return { ok: true, reason };
}

const readId = ({ attributes, providerId }: LedgerResource, input: RouteInput): string =>
  typeof attributes.id === "string" ? attributes.id : providerId.slice(input.kind.length + 1);

async function findLeftAtIngress(
  resource: LedgerResource,
  input: RouteInput,
  { signal }: StepContext,
): Promise<string | null> {
  const ingress = openIngress(input.kind);
  const id = readId(resource, input);
  if (resource.kind === INGRESS_RESOURCES.route && (await ingress.findRoute(id, signal)))
    return `${ingress.label} still has the route for ${resource.name}.`;
  if (resource.kind === INGRESS_RESOURCES.certificate && (await ingress.findCertificate(id, signal)))
    return `${ingress.label} still has the certificate for ${resource.name}.`;
  return null;
}

async function undoRoute(resources: LedgerResource[], input: RouteInput, ctx: StepContext): Promise<void> {
  const ingress = openIngress(input.kind);
  const idOf = (resource: LedgerResource) => readId(resource, input);
  // The route first: nobody is to be met with an error about a certificate.
  for (const resource of resources.filter(({ kind }) => kind === INGRESS_RESOURCES.route)) {
    const id = idOf(resource);
    await ingress.removeRoute(id, ctx);
    if (await ingress.findRoute(id, ctx.signal)) throw stillThere(ingress, "route");
    await forgetAtTraefik(input, ctx);
    await ctx.ledger.gone(resource.kind, resource.providerId);
    ctx.log.info(`${ingress.label} no longer has the route for ${resource.name}`);
  }
  for (const resource of resources.filter(({ kind }) => kind === INGRESS_RESOURCES.certificate)) {
    const id = idOf(resource);
    await ingress.removeCertificate(id, ctx);
    if (await ingress.findCertificate(id, ctx.signal)) throw stillThere(ingress, "certificate");
    await ctx.write((tx) => forgetDelivery(tx, { certificateId: id, kind: input.kind, target: INGRESS_TARGET }));
    await ctx.ledger.gone(resource.kind, resource.providerId);
    ctx.log.info(`${ingress.label} no longer has the certificate for ${resource.name}`);
  }
}

const stillThere = (ingress: Ingress, what: string) =>
  new AppError({
    code: "ingress.still_there",
    message: `The ${what} was removed from ${ingress.label} and is still there.`,
    retry: "retry",
  });

/** A service that Traefik itself had certified, before the panel did, would be renewed for ever. */
async function forgetAtTraefik(input: RouteInput, ctx: StepContext): Promise<void> {
  const path = config().TRAEFIK_ACME_JSON;
  if (input.kind !== "traefik" || !path) return;
  await forgetAcmeEntries(path, input.hostnames, ctx);
}
