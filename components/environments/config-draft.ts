import { type EnvironmentConfigContent, environmentConfigSchema } from "#lib/releases/schema/release.ts";
import { findProblems, readWhole } from "../backups/find-problems.ts";

export interface VariableDraft {
  name: string;
  value: string;
}
export interface PortDraft {
  target: string;
  /** Empty: reached from inside the stack only. */
  published: string;
  protocol: "tcp" | "udp";
}

/** An environment's settings as they are typed. */
export interface ConfigDraft {
  replicas: string;
  variables: VariableDraft[];
  ports: PortDraft[];
  /** Empty: no limit. */
  cpus: string;
  memoryMb: string;
  nodeLabel: string;
  hostname: string;
  probed: boolean;
  probePath: string;
  probeStatus: string;
  hostnames: string[];
}

const textOf = (value: number | null | undefined) => (value == null ? "" : String(value));

export function configDraftOf(content: EnvironmentConfigContent): ConfigDraft {
  return {
    replicas: String(content.replicas),
    variables: Object.entries(content.env)
      .map(([name, value]) => ({ name, value }))
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
    ports: content.ports.map(({ target, published, protocol }) => ({
      target: String(target),
      published: textOf(published),
      protocol,
    })),
    cpus: textOf(content.cpus),
    memoryMb: textOf(content.memoryMb),
    nodeLabel: content.placement.nodeLabel ?? "",
    hostname: content.placement.hostname ?? "",
    probed: content.probe !== null,
    probePath: content.probe?.path ?? "/",
    probeStatus: textOf(content.probe?.status ?? 200),
    hostnames: content.hostnames,
  };
}

const readNumber = (text: string) => (/^\d{1,9}(\.\d{1,3})?$/.test(text.trim()) ? Number(text) : Number.NaN);
const orNull = (text: string, read: (text: string) => number) => (text.trim() === "" ? null : read(text));

/** The same as the server takes it. Lines without a name are no variables. */
export function contentOf(draft: ConfigDraft): EnvironmentConfigContent {
  const nodeLabel = draft.nodeLabel.trim();
  const hostname = draft.hostname.trim();
  const variables = draft.variables.filter(({ name, value }) => name.trim() !== "" || value !== "");
  return {
    replicas: readWhole(draft.replicas),
    env: Object.fromEntries(variables.map(({ name, value }) => [name.trim(), value])),
    ports: draft.ports.map(({ target, published, protocol }) => ({
      target: readWhole(target),
      published: orNull(published, readWhole),
      protocol,
    })),
    cpus: orNull(draft.cpus, readNumber),
    memoryMb: orNull(draft.memoryMb, readWhole),
    placement: { ...(nodeLabel ? { nodeLabel } : {}), ...(hostname ? { hostname } : {}) },
    hostnames: draft.hostnames,
    probe: draft.probed ? { path: draft.probePath.trim(), status: readWhole(draft.probeStatus) } : null,
  };
}

function findRepeated(lines: readonly (string | null)[]): number[] {
  const seen = new Set<string>();
  return lines.flatMap((line, index) => {
    if (line === null) return [];
    if (seen.has(line)) return [index];
    seen.add(line);
    return [];
  });
}

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What is wrong with it, by the field it stands in: `variables.2.name`, `ports.0.target`, `cpus`. */
export function findConfigProblems(draft: ConfigDraft): Record<string, string> {
  const fields: Record<string, string> = {};
  draft.variables.forEach(({ name, value }, index) => {
    if (name.trim() === "" && value !== "") fields[`variables.${index}.name`] = "Name it.";
    else if (name.trim() !== "" && !VARIABLE.test(name.trim()))
      fields[`variables.${index}.name`] = "Use letters, digits and _, a digit not first.";
  });
  for (const index of findRepeated(draft.variables.map(({ name }) => name.trim() || null)))
    fields[`variables.${index}.name`] = "This name is there twice.";
  for (const index of findRepeated(draft.ports.map((port) => `${port.target}/${port.protocol}`)))
    fields[`ports.${index}.target`] = "This port is listed twice.";
  for (const index of findRepeated(draft.ports.map((port) => port.published && `${port.published}/${port.protocol}`)))
    if (draft.ports[index]?.published) fields[`ports.${index}.published`] = "It is published twice.";
  const found = findProblems(environmentConfigSchema, contentOf(draft));
  for (const [path, message] of Object.entries(found)) if (!path.startsWith("env.")) fields[path] ??= message;
  // A value that is too long is said at its line.
  for (const path of Object.keys(found).filter((one) => one.startsWith("env."))) {
    const index = draft.variables.findIndex(({ name }) => `env.${name.trim()}` === path);
    const isNamed = index >= 0 && fields[`variables.${index}.name`] === undefined;
    if (isNamed && VARIABLE.test(path.slice("env.".length)))
      fields[`variables.${index}.value`] = "At most 10,000 characters.";
  }
  return fields;
}

/** Where the server's words about a body belong in the form. */
export const fieldOfRefusal = (path: string): string => path.replace(/^content\./, "").replace(/^env\./, "variables.");
