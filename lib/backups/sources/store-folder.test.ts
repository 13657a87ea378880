import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findLeftOut, HASH_ONE } from "./store-folder.ts";

test("the list of a folder's files is one that sha256sum reads, whatever they are called", () => {
  const root = mkdtempSync(join(tmpdir(), "seaworthy-list-"));
  try {
    const folder = join(root, "folder");
    mkdirSync(folder);
    const names = [
      "plain",
      "Icon\r",
      "back\\slash",
      "two\nlines",
      "\\n",
      " ends ",
      "-n",
      "$(x)",
      "größe",
      "\n",
      "a\n\nb\\\r",
    ];
    for (const name of names) writeFileSync(join(folder, name), name);
    execFileSync("tar", ["--create", `--file=${join(root, "a.tar")}`, `--directory=${folder}`, "."]);
    const env = { PATH: process.env.PATH, LC_ALL: "C" } as unknown as NodeJS.ProcessEnv;
    const list = execFileSync("tar", ["--extract", `--file=${join(root, "a.tar")}`, `--to-command=${HASH_ONE}`], {
      env,
    });
    expect(list.toString().trimEnd().split("\n")).toHaveLength(names.length);
    const check = ["--check", "--strict", "--quiet"];
    execFileSync("sha256sum", check, { cwd: folder, input: list, env });
    // As sha256sum itself would have written it.
    const own = execFileSync(
      "sha256sum",
      names.map((name) => `./${name}`),
      { cwd: folder, env },
    );
    const sorted = (text: Buffer) => text.toString("latin1").split("\n").sort();
    expect(sorted(list)).toEqual(sorted(own));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test("what tar left out is named as it is called", () => {
  const said = [
    "tar: ./a: socket ignored",
    "tar: ./gr\\303\\266\\303\\237e x/: file is on a different filesystem; not dumped",
    "",
  ];
  expect(findLeftOut(said.join("\n"))).toEqual(["./größe x"]);
});
