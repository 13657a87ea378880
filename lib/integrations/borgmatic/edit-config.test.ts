import { expect, it } from "vitest";
import { parse } from "yaml";
import { removeEntries, restoreEntries } from "./edit-config.ts";

const SECTIONED = `# Where everything is kept.
location:
    # What is saved. Think before you add.
    source_directories:
        - /etc          # system
        - /srv/services/pads    # the pads, ask Robin
        - /srv/services/wiki
    repositories:
        - ssh://borg@backup.example.org/./repo

    exclude_patterns: ['*.pyc', '/home/*/.cache']

hooks:
    # Databases of services.
    mysql_databases:
        # The pads.
        - name: pads
          hostname: 127.0.0.1
          password: "s3cret"
        - name: wiki
          options: "--skip-comments"
    on_error:
        - echo "it failed"
`;

const FLAT = `source_directories:
- /etc
- /srv/services/pads
repositories:
- path: /backup
  label: local # here
constants: !include constants.yaml
mariadb_databases:
- name: pads
postgresql_databases: [{name: pads, format: custom}, {name: wiki}]
`;

const PADS = { sourceDirectories: ["/srv/services/pads/"], databases: ["pads"] };
const withoutLines = (text: string, lines: readonly string[]) =>
  text
    .split("\n")
    .filter((line) => !lines.includes(line.trim()))
    .join("\n");

it("takes whole lines out and leaves every other character as it was", () => {
  const { text, ...found } = removeEntries(SECTIONED, PADS);
  expect(found).toEqual({ sourceDirectories: ["/srv/services/pads"], databases: ["pads"] });
  const gone = [
    "- /srv/services/pads    # the pads, ask Robin",
    "- name: pads",
    "hostname: 127.0.0.1",
    'password: "s3cret"',
  ];
  expect(text).toBe(withoutLines(SECTIONED, gone));
});

it("knows both layouts, lists within a line, and takes away a list of databases that is empty then", () => {
  const { text, ...found } = removeEntries(FLAT, PADS);
  expect(found).toEqual({ sourceDirectories: ["/srv/services/pads"], databases: ["pads"] });
  expect(text).toContain("constants: !include constants.yaml");
  expect(text).toContain("label: local # here");
  const said = parse(text, { logLevel: "silent" });
  expect(said.source_directories).toEqual(["/etc"]);
  expect(said).not.toHaveProperty("mariadb_databases");
  expect(said.postgresql_databases).toEqual([{ name: "wiki" }]);
});

it("changes nothing where nothing is named", () => {
  const other = { sourceDirectories: ["/srv/services/pad"], databases: ["pad"] };
  expect(removeEntries(SECTIONED, other)).toEqual({ sourceDirectories: [], databases: [], text: SECTIONED });
});

it.each([
  ["sections", SECTIONED],
  ["top", FLAT],
])("puts entries back that were taken out, beside what others changed meanwhile (%s)", (_layout, before) => {
  const removed = removeEntries(before, PADS);
  const meanwhile = removed.text.replace(
    "- /etc",
    "- /etc\n        - /opt".replace("        ", before === FLAT ? "" : "        "),
  );
  const back = restoreEntries(meanwhile, before, removed);
  const directories = (text: string): string[] => {
    const said = parse(text, { logLevel: "silent" });
    return (said.location ?? said).source_directories;
  };
  expect(directories(back.text).toSorted()).toEqual([...directories(before), "/opt"].toSorted());
  const databases = (text: string) => {
    const said = parse(text, { logLevel: "silent" });
    return said.hooks?.mysql_databases ?? said.mariadb_databases;
  };
  expect(databases(back.text)).toContainEqual(databases(before)[0]);
  expect(restoreEntries(back.text, before, removed).text).toBe(back.text);
});

it("refuses what is no YAML", () => {
  expect(() => removeEntries("location:\n  - [", PADS)).toThrow(/cannot be read/);
  expect(() => removeEntries("", PADS)).toThrow(/cannot be read/);
});
