import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import { type CloudflareStandIn, startCloudflare } from "#local/cloudflare/server.ts";
import { applyTestEnv } from "#local/test-world.ts";
import { findCloudflareZone, hasCloudflare, purgeEverything } from "./client.ts";

let cloudflare: CloudflareStandIn;
const signal = () => AbortSignal.timeout(10_000);
const configure = (token: string) =>
  overrideConfig({ CLOUDFLARE_API_URL: cloudflare.url, CLOUDFLARE_API_TOKEN: token });

beforeAll(async () => {
  applyTestEnv();
  cloudflare = await startCloudflare({ port: 0, token: "token-of-a-test", zones: ["example.org", "shop.example.org"] });
  configure("token-of-a-test");
});
afterAll(async () => {
  overrideConfig(undefined);
  await cloudflare.close();
});

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "done",
    (error: unknown) => (error instanceof AppError ? `${error.code} ${error.retry}` : String(error)),
  );

describe("Cloudflare", () => {
  it("finds the closest zone above a name, and none for a foreign name", async () => {
    expect((await findCloudflareZone("pad.example.org", signal()))?.name).toBe("example.org");
    expect((await findCloudflareZone("a.b.shop.example.org", signal()))?.name).toBe("shop.example.org");
    expect(await findCloudflareZone("pad.example.net", signal())).toBeNull();
  });

  it("purges everything of a zone, twice if it must", async () => {
    const zone = await findCloudflareZone("example.org", signal());
    await purgeEverything(zone?.id ?? "", signal());
    await purgeEverything(zone?.id ?? "", signal());
    expect(cloudflare.purged).toEqual(["example.org", "example.org"]);
  });

  it("says what may pass and what a person has to mend", async () => {
    cloudflare.failNext(429);
    expect(await codeOf(findCloudflareZone("example.org", signal()))).toBe("cloudflare.busy retry");
    expect(await codeOf(purgeEverything("f".repeat(32), signal()))).toBe("cloudflare.refused permanent");
    configure("another");
    expect(await codeOf(findCloudflareZone("example.org", signal()))).toBe("cloudflare.denied needs_person");
    configure("");
    expect(hasCloudflare()).toBe(false);
  });
});
