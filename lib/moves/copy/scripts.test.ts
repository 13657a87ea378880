import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { EXIT, HOME, RECEIVE_FOLDER, RECEIVE_VOLUME, SEND, TOKEN, TOKEN_LENGTH } from "./scripts.ts";

/** The programs themselves, without containers: in folders and at a port of the test's own. */
let dir: string;
let port: number;
/** What all programs of a test said. */
let heard: string;
const right = "a1".repeat(TOKEN_LENGTH / 2);
const wrong = "b2".repeat(TOKEN_LENGTH / 2);
const children: ChildProcess[] = [];
const place = (name: string) => join(dir, name);

beforeEach(async () => {
  heard = "";
  dir = mkdtempSync(join(tmpdir(), "seaworthy-copy-"));
  for (const name of ["source", "home", "elsewhere"]) mkdirSync(place(name));
  writeFileSync(join(dir, "source", "note.txt"), "of the old host");
  port = await new Promise<number>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port: free } = server.address() as AddressInfo;
      server.close(() => resolve(free));
    });
  });
});
afterEach(() => {
  for (const { pid, exitCode } of children.splice(0)) if (pid && exitCode === null) process.kill(-pid);
  rmSync(dir, { recursive: true, force: true });
});

const here = (script: string) =>
  script
    .replaceAll(HOME, place("home"))
    .replaceAll("cd /source", `cd ${place("source")}`)
    .replaceAll("--directory=/ source", `--directory=${dir} source`)
    .replaceAll("/tmp/sent", place("sent"))
    .replaceAll("9000", String(port))
    .replaceAll("retry=120,interval=1", "retry=100,interval=0.1");

function start(script: string, args: string[], token: string): Promise<{ code: number; said: string }> {
  const child = spawn("bash", ["-c", here(script), ...args], {
    env: { ...process.env, [TOKEN]: token },
    // With what it starts, so that all of it can be ended.
    detached: true,
  });
  children.push(child);
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (text: Buffer) => {
      said += text.toString();
      heard += text.toString();
    });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code: code ?? -1, said })));
}

const receive = (aside = "no") => start(RECEIVE_FOLDER, ["receive", "pad", "run-1", aside, "last"], right);
const send = (token: string) => start(SEND, ["send", "127.0.0.1", "last"], token);
/** Whatever else can connect on the stack's network, with an archive of its own. */
function sendEvil(first: string): number | null {
  const evil = join(dir, "evil", "source");
  mkdirSync(evil, { recursive: true });
  writeFileSync(join(evil, "evil.txt"), "evil");
  const script = `{ printf %s "$1"; tar --create --file=- --directory="$2" source; } | socat -u STDIN TCP:127.0.0.1:${port},retry=100,interval=0.1`;
  return spawnSync("bash", ["-c", script, "evil", first, join(dir, "evil")]).status;
}

it("unpacks nothing of whoever connects first without the token, and then takes the sender's", async () => {
  const received = receive();
  for (const [index, first] of ["", "x", wrong, `${right.slice(0, -1)}0`].entries()) {
    sendEvil(first);
    // Whoever connects while another is turned away may be dropped with that one.
    await expect.poll(() => heard.match(/turned away/g)?.length).toBe(index + 1);
  }
  expect(await send(right)).toMatchObject({ code: 0 });
  const { code, said } = await received;
  expect(code, said).toBe(0);
  expect(readFileSync(join(dir, "home", "pad", "note.txt"), "utf8")).toBe("of the old host");
  expect(existsSync(join(dir, "home", "pad", "evil.txt"))).toBe(false);
});

it("does the same with a volume", async () => {
  const received = start(RECEIVE_VOLUME, ["receive", "-", "run-1", "no", "last"], right);
  sendEvil(wrong);
  await expect.poll(() => heard).toContain("turned away");
  await send(right);
  const { code, said } = await received;
  expect(code, said).toBe(0);
  expect(readFileSync(join(dir, "home", "note.txt"), "utf8")).toBe("of the old host");
});

it("believes nobody when it was given no token itself", async () => {
  expect((await start(RECEIVE_FOLDER, ["receive", "pad", "run-1", "no", "last"], "")).code).toBe(2);
});

it.each(["pad", ".pad.incoming", ".pad.moved-by"])("writes nothing where %s is a symbolic link", async (name) => {
  writeFileSync(join(dir, "elsewhere", "file"), "another's");
  symlinkSync(name === ".pad.moved-by" ? "../elsewhere/file" : "../elsewhere", join(dir, "home", name));
  for (const aside of ["no", "yes"]) {
    const { code, said } = await receive(aside);
    expect(said).toContain("is a symbolic link");
    expect(code).toBe(EXIT.link);
  }
  expect(readFileSync(join(dir, "elsewhere", "file"), "utf8")).toBe("another's");
});
