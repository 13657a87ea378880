import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { finishExec } from "#lib/integrations/program/finish.ts";
import { startProgram } from "./run.ts";

const soon = () => AbortSignal.timeout(20_000);

describe("startProgram", () => {
  test("gives both outputs and the exit code", async () => {
    const running = await startProgram({ argv: ["sh", "-c", "cat; echo bad >&2; exit 3"] }, soon());
    expect(await finishExec(running, "in")).toEqual({ exitCode: 3, stdout: "in", stderr: "bad\n" });
  });

  test("hands on nothing of this process's environment", async () => {
    const running = await startProgram({ argv: ["env"], env: { MYSQL_PWD: "x" } }, soon());
    const names = (await finishExec(running)).stdout.trim().split("\n");
    expect(names.map((line) => line.split("=")[0]).sort()).toEqual(["HOME", "LANG", "MYSQL_PWD", "PATH"]);
  });

  test("says which program is missing", async () => {
    await expect(startProgram({ argv: ["no-such-program"] }, soon())).rejects.toMatchObject({
      code: "programs.missing",
      retry: "needs_person",
    });
  });

  test("takes the whole group away when the signal aborts", async () => {
    const controller = new AbortController();
    const mark = `seaworthy-${process.pid}`;
    const running = await startProgram({ argv: ["sh", "-c", `sleep 61 & sleep 61; : ${mark}`] }, controller.signal);
    controller.abort(new Error("cancelled"));
    await expect(finishExec(running)).rejects.toThrow();
    const left = () =>
      execFileSync("sh", ["-c", `pgrep -fc '[s]leep 61; : ${mark}' || true`])
        .toString()
        .trim();
    // Well before they would end by themselves.
    await expect.poll(left, { timeout: 10_000 }).toBe("0");
  });

  test("holds the program back while nobody reads", async () => {
    const running = await startProgram({ argv: ["sh", "-c", "head -c 50000000 /dev/zero"] }, soon());
    let bytes = 0;
    for await (const { data } of running.output) bytes += data.length;
    expect(bytes).toBe(50_000_000);
    expect(await running.exitCode()).toBe(0);
  });
});
