import type { Manager } from "../constants.ts";

export interface FoundPackage {
  name: string;
  version: string;
  /** deb | apk */
  manager: "deb" | "apk";
}

export interface FoundDependency {
  name: string;
  version: string;
  manager: Manager;
  /** Where it lies in the container. */
  path: string;
}

/** A container says of itself what it likes: no more than this of it is kept. */
const MOST = 5000;
const LONGEST = { name: 200, path: 500, version: 100 } as const;

const keep = <T extends { name: string; version: string; path?: string }>(found: readonly T[]): T[] =>
  found
    .filter(
      ({ name, version, path = "" }) =>
        name.length <= LONGEST.name && version.length <= LONGEST.version && path.length <= LONGEST.path,
    )
    .slice(0, MOST);

/** "name<TAB>version" a line. */
export const parseDpkg = (text: string): FoundPackage[] =>
  keep(
    text.split("\n").flatMap((line) => {
      const [name, version] = line.split("\t");
      return name && version ? [{ name, version, manager: "deb" as const }] : [];
    }),
  );

/** "musl-1.2.5-r0" a line: the version is the last two parts. */
export const parseApk = (text: string): FoundPackage[] =>
  keep(
    text.split("\n").flatMap((line) => {
      const [, name, version] = /^(\S+?)-(\d[^-\s]*-r\d+)$/.exec(line.trim().slice(0, 500)) ?? [];
      return name && version ? [{ name, version, manager: "apk" as const }] : [];
    }),
  );

const last = (path: string) => path.split("/").at(-1) ?? "";

/** Debian's own Python packages lie in /usr/lib/python3/dist-packages: they are packages already. */
function readPython(path: string): FoundDependency | null {
  if (/^\/usr\/lib\/python3\/dist-packages\//.test(path)) return null;
  const [, name, version] = /^(.+?)-([^-]+?)(?:-py[\d.]+)?\.(?:dist-info|egg-info)$/.exec(last(path)) ?? [];
  return name && version ? { name, version, manager: "pip", path } : null;
}

function readGem(path: string): FoundDependency | null {
  const [, name, version] = /^(.+)-(\d[^-]*)\.gemspec$/.exec(last(path)) ?? [];
  return name && version && !path.includes("/default/") ? { name, version, manager: "gem", path } : null;
}

function readPecl(path: string): FoundDependency | null {
  const [, name] = /\/\.channel\.pecl\.php\.net\/([^/]+)\.reg$/.exec(path) ?? [];
  return name ? { name, version: "", manager: "pecl", path } : null;
}

/** Paths that language package managers leave behind, one a line. */
export const parsePaths = (text: string): FoundDependency[] =>
  unique(
    text.split("\n").flatMap((path) => {
      const found = readPython(path) ?? readGem(path) ?? readPecl(path);
      return found ? [found] : [];
    }),
  );

/** `/app/node_modules/left-pad/package.json:  "version": "1.3.0",` a line. What a package brings for itself is not asked for. */
export const parseNpm = (text: string): FoundDependency[] =>
  unique(
    text.split("\n").flatMap((line) => {
      const [, path, name, version] =
        /^((?:\/[^/:]+)*?\/node_modules\/((?:@[^/:]+\/)?[^/:@]+))\/package\.json:\s*"version"\s*:\s*"([^"]+)"/.exec(
          line,
        ) ?? [];
      if (!path || !name || !version) return [];
      // npm itself, with what it brings.
      if (/\/lib\/node_modules\/(npm|corepack)(\/|$)/.test(path)) return [];
      return [{ name, version, manager: "npm" as const, path }];
    }),
  );

function unique(found: readonly FoundDependency[]): FoundDependency[] {
  const seen = new Map(found.map((one) => [`${one.manager} ${one.name} ${one.version}`, one]));
  return keep([...seen.values()]);
}

/** Folders whose contents come and go: nobody configures a service there. */
const FLEETING = /^\/(tmp|run|proc|sys|dev|var\/(log|cache|tmp|run|lock)|root\/\.cache)(\/|$)|\.(pid|sock|lock|pyc)$/;

/** Every folder above one of these. */
function foldersAbove(paths: readonly string[]): Set<string> {
  const folders = new Set<string>();
  for (const path of paths)
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      const folder = path.slice(0, end);
      // What is above it is known, too.
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  return folders;
}

/** Changed files that somebody could have configured something with: leaves only, for a folder changes with what is in it. */
export function pickChanges(
  changes: readonly { path: string; kind: number }[],
  mostly = 200,
): { path: string; act: string }[] {
  const folders = foldersAbove(changes.map(({ path }) => path));
  return changes
    .filter(({ path }) => path.length <= LONGEST.path && !FLEETING.test(path) && !folders.has(path))
    .slice(0, mostly)
    .map(({ path, kind }) => ({ path, act: kind === 1 ? "added" : kind === 2 ? "removed" : "changed" }));
}
