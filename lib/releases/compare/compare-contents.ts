import { describeHealthCheck } from "../format.ts";
import type { Migration, ReleaseContent } from "../schema/content.ts";

/** One line of the difference between what runs and what is proposed. */
export interface Difference {
  area:
    | "image"
    | "environment"
    | "secret"
    | "replicas"
    | "port"
    | "mount"
    | "health"
    | "resources"
    | "placement"
    | "migration";
  /** What differs within the area: a variable, a secret, `8080/tcp`. */
  name: string;
  change: "added" | "removed" | "changed";
  /** In words; null: there was none. Values of variables are shown, secrets only by their version. */
  before: string | null;
  after: string | null;
}

/** Areas that are infrastructure: what the review asks about. */
const INFRASTRUCTURE: ReadonlySet<Difference["area"]> = new Set([
  "port",
  "mount",
  "replicas",
  "resources",
  "placement",
]);

type Entries = ReadonlyMap<string, string>;
const record = (values: Readonly<Record<string, unknown>>): Entries =>
  new Map(Object.entries(values).map(([name, value]) => [name, String(value)]));

const listPorts = ({ ports }: ReleaseContent): Entries =>
  new Map(
    ports.map((port) => [
      `${port.target}/${port.protocol}`,
      port.published === null ? "inside the stack" : `published on ${port.published}`,
    ]),
  );

const listMounts = ({ mounts }: ReleaseContent): Entries =>
  new Map(mounts.map((mount) => [mount.target, `${mount.kind} ${mount.source}${mount.readOnly ? ", read only" : ""}`]));

const listResources = ({ cpus, memoryMb }: ReleaseContent): Entries =>
  new Map([
    ["processors", cpus === null ? "no limit" : String(cpus)],
    ["memory", memoryMb === null ? "no limit" : `${memoryMb} MB`],
  ]);

const AREAS: readonly { area: Difference["area"]; list: (content: ReleaseContent) => Entries }[] = [
  { area: "image", list: ({ images }) => record(images) },
  { area: "environment", list: ({ env }) => record(env) },
  {
    area: "secret",
    list: ({ secrets }) => new Map(Object.entries(secrets).map(([name, version]) => [name, `version ${version}`])),
  },
  { area: "replicas", list: ({ replicas }) => new Map([["app", String(replicas)]]) },
  { area: "port", list: listPorts },
  { area: "mount", list: listMounts },
  { area: "health", list: ({ healthCheck }) => new Map([["check", describeHealthCheck(healthCheck)]]) },
  { area: "resources", list: listResources },
  { area: "placement", list: ({ placement }) => record(placement) },
];

/** Everything in which two contents differ; empty when they are one. `before` is null where nothing runs yet. */
export function compareContents(before: ReleaseContent | null, after: ReleaseContent): Difference[] {
  const found = AREAS.flatMap(({ area, list }) => compareEntries(area, before ? list(before) : new Map(), list(after)));
  const changed = new Set(listChangedMigrations(before, after).map(({ id }) => id));
  const migrations = listNewMigrations(before, after).map(
    ({ id }): Difference =>
      changed.has(id)
        ? { area: "migration", name: id, change: "changed", before: "ran with another text", after: "is refused" }
        : { area: "migration", name: id, change: "added", before: null, after: "will run" },
  );
  return [...found, ...migrations];
}

function compareEntries(area: Difference["area"], before: Entries, after: Entries): Difference[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((name): Difference[] => {
    const was = before.get(name) ?? null;
    const is = after.get(name) ?? null;
    if (was === is) return [];
    return [
      { area, name, change: was === null ? "added" : is === null ? "removed" : "changed", before: was, after: is },
    ];
  });
}

/** Migrations that have not run like this where `before` runs, in order. */
export function listNewMigrations(before: ReleaseContent | null, after: ReleaseContent): Migration[] {
  const ran = new Map(before?.migrations.map(({ id, sql }) => [id, sql]));
  return after.migrations.filter(({ id, sql }) => ran.get(id) !== sql);
}

/** Those that ran there with another text: nothing may be proposed with them. */
export function listChangedMigrations(before: ReleaseContent | null, after: ReleaseContent): Migration[] {
  const ran = new Set(before?.migrations.map(({ id }) => id));
  return listNewMigrations(before, after).filter(({ id }) => ran.has(id));
}

export const listInfrastructure = (differences: readonly Difference[]): Difference[] =>
  differences.filter(({ area }) => INFRASTRUCTURE.has(area));
