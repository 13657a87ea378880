import { afterAll, beforeAll, expect, test } from "vitest";
import type { GitRemote } from "./access.ts";
import { openMirror } from "./mirror.ts";
import { runGit } from "./run-git.ts";
import { openHttpsHost, runOutside } from "./testing/open-https-host.ts";
import { commitChanges, pushCommit } from "./write-tree.ts";

const TOKEN = "t0ken-of-the-panel";
const by = { name: "Seaworthy", email: "seaworthy@example.org" };
const { signal } = new AbortController();

let host: Awaited<ReturnType<typeof openHttpsHost>>;
beforeAll(async () => {
  host = await openHttpsHost("panel", TOKEN);
});
afterAll(() => host.close());

const remote = (more: Partial<GitRemote> = {}): GitRemote => ({
  ...{ url: host.url, sshKey: "", knownHosts: "", username: "panel", token: TOKEN, caFile: host.caFile },
  ...more,
});

test("a commit comes to a repository over HTTPS, forward only", async () => {
  const mirror = await openMirror(remote(), signal);
  const main = (await mirror.fetch(signal)).get("main") ?? "";
  const commit = (text: string) =>
    commitChanges(mirror, { parent: main, changes: [{ path: "a/b.txt", text }], message: text, by }, signal);
  const [first, second] = [await commit("one"), await commit("two")];
  expect(await pushCommit(mirror, first, "staging", signal)).toBe("pushed");
  expect(await pushCommit(mirror, second, "staging", signal)).toBe("moved");
  expect(await runOutside(["git", "--git-dir", host.folder, "show", "staging:a/b.txt"])).toBe("one");
});

test("a wrong token, a missing repository and an unknown authority are told apart, and no error holds the token", async () => {
  const errorOf = async (more: Partial<GitRemote>) => {
    const error = await openMirror(remote(more), signal)
      .then((mirror) => mirror.fetch(signal))
      .catch((reason: { code: string; message: string; detail: string }) => reason);
    expect(JSON.stringify(error)).not.toContain(TOKEN);
    return error;
  };
  expect(await errorOf({ token: "wrong" })).toMatchObject({ code: "git.denied" });
  expect(await errorOf({ url: host.url.replace("config", "other") })).toMatchObject({ code: "git.missing" });
  expect(await errorOf({ caFile: "" })).toMatchObject({ code: "git.unreachable" });
});

test("nothing but SSH and HTTPS is spoken, and a program's words hold no credential", async () => {
  const mirror = await openMirror(remote(), signal);
  for (const url of ["ext::sh -c 'touch /tmp/seaworthy-never'", `file://${host.folder}`, "git://localhost/config.git"])
    await expect(runGit(mirror, ["ls-remote", url], { signal })).rejects.toMatchObject({
      detail: expect.stringContaining("not allowed"),
    });
  expect(JSON.stringify(mirror.env)).not.toContain(TOKEN);
});
