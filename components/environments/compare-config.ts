import type { EnvironmentConfigContent as Config } from "#lib/releases/schema/release.ts";

/** One setting in words. */
interface Setting {
  /** `replicas`, `env:LOG_LEVEL`, `port:8080/tcp`. */
  key: string;
  label: string;
  text: string;
}

export interface ConfigDifference {
  key: string;
  label: string;
  /** Null: it is not set there. */
  before: string | null;
  after: string | null;
}

/** What is typed and no number yet is left open. */
const sayNumber = (number: number): string => (Number.isNaN(number) ? "…" : String(number));

const portKey = ({ target, protocol }: Config["ports"][number]) => `port:${target}/${protocol}`;

/** Every setting that is set, in the order of the form. Host names are left out: they are not changed there. */
export function listSettings(config: Config): Setting[] {
  const { placement, probe } = config;
  return [
    { key: "replicas", label: "Replicas", text: sayNumber(config.replicas) },
    ...Object.entries(config.env)
      .map(([name, value]) => ({ key: `env:${name}`, label: name, text: value === "" ? "(empty)" : value }))
      .sort((one, other) => (one.label < other.label ? -1 : 1)),
    ...config.ports.map((port) => ({
      key: portKey(port),
      label: `Port ${sayNumber(port.target)}/${port.protocol}`,
      text: port.published === null ? "inside the stack" : `published on ${sayNumber(port.published)}`,
    })),
    { key: "cpus", label: "Processors", text: config.cpus === null ? "no limit" : sayNumber(config.cpus) },
    {
      key: "memoryMb",
      label: "Memory",
      text: config.memoryMb === null ? "no limit" : `${sayNumber(config.memoryMb)} MB`,
    },
    ...(placement.nodeLabel ? [{ key: "nodeLabel", label: "Node label", text: placement.nodeLabel }] : []),
    ...(placement.hostname ? [{ key: "hostname", label: "Node", text: placement.hostname }] : []),
    {
      key: "probe",
      label: "Probe",
      text: probe === null ? "none" : `${probe.path} answers ${sayNumber(probe.status)}`,
    },
  ];
}

/** Where two settings differ, in the order of the form. */
export function compareConfigs(before: Config, after: Config): ConfigDifference[] {
  const was = new Map(listSettings(before).map((one) => [one.key, one]));
  const is = new Map(listSettings(after).map((one) => [one.key, one]));
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((key) => {
    const [old, now] = [was.get(key), is.get(key)];
    if (old?.text === now?.text) return [];
    return [{ key, label: now?.label ?? old?.label ?? key, before: old?.text ?? null, after: now?.text ?? null }];
  });
}

function takeSetting(into: Config, from: Config, key: string): Config {
  const [kind, name = ""] = key.includes(":")
    ? [key.slice(0, key.indexOf(":")), key.slice(key.indexOf(":") + 1)]
    : [key];
  switch (kind) {
    case "env": {
      const { [name]: _, ...others } = into.env;
      return { ...into, env: name in from.env ? { ...others, [name]: from.env[name] ?? "" } : others };
    }
    case "port": {
      const wanted = from.ports.filter((port) => portKey(port) === key);
      const isThere = into.ports.some((port) => portKey(port) === key);
      const ports = isThere
        ? into.ports.flatMap((port) => (portKey(port) === key ? wanted : [port]))
        : [...into.ports, ...wanted];
      return { ...into, ports };
    }
    case "nodeLabel":
    case "hostname": {
      const { [kind]: _, ...others } = into.placement;
      const wanted = from.placement[kind];
      return { ...into, placement: wanted === undefined ? others : { ...others, [kind]: wanted } };
    }
    case "replicas":
      return { ...into, replicas: from.replicas };
    case "cpus":
      return { ...into, cpus: from.cpus };
    case "memoryMb":
      return { ...into, memoryMb: from.memoryMb };
    case "probe":
      return { ...into, probe: from.probe };
    default:
      return into;
  }
}

/** Their settings with these of mine. */
export const mergeConfigs = (mine: Config, theirs: Config, keep: ReadonlySet<string>): Config =>
  [...keep].reduce((merged, key) => takeSetting(merged, mine, key), theirs);

/** A setting that two people left differently. */
export interface Contested {
  key: string;
  label: string;
  mine: string | null;
  theirs: string | null;
  /** I changed it since `base`, from which I began; else only they did. */
  isMine: boolean;
}

export function listContested(base: Config, mine: Config, theirs: Config): Contested[] {
  const changed = new Set(compareConfigs(base, mine).map(({ key }) => key));
  return compareConfigs(mine, theirs).map(({ key, label, before, after }) => ({
    ...{ key, label, mine: before, theirs: after },
    isMine: changed.has(key),
  }));
}
