import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { findPortOwner, isPortFree, pickPort } from "./ports.ts";

const servers: Server[] = [];

function listen(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
    servers.push(server);
  });
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe("picking a port", () => {
  it("takes the preferred one while it is free", async () => {
    const free = await pickPort();
    expect(await pickPort(free)).toBe(free);
  });

  it("takes another when the preferred one is taken", async () => {
    const taken = await listen();
    expect(await isPortFree(taken)).toBe(false);
    const picked = await pickPort(taken);
    expect(picked).not.toBe(taken);
    expect(await isPortFree(picked)).toBe(true);
  });

  it("goes on to the next preference before asking the kernel", async () => {
    const second = await pickPort();
    expect(await pickPort(await listen(), undefined, second)).toBe(second);
  });
});

it("names the program that holds a port", async () => {
  expect(await findPortOwner(await listen())).toContain(`process ${process.pid}`);
});
