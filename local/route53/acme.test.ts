import { randomBytes, X509Certificate } from "node:crypto";
import { Agent, request } from "node:https";
import { text } from "node:stream/consumers";
import { axios, Client, crypto } from "acme-client";
import { describe, expect, it } from "vitest";
import { readPebbleCa, testWorld } from "../test-world.ts";
import { applyChanges, change, createClient } from "./testing.ts";

const { env, world } = testWorld();
const zoneId = env.AWS_ROUTE53_HOSTED_ZONE_ID ?? "";

function readHttps(url: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request(url, { ca }, (response) => resolve(text(response)))
      .on("error", reject)
      .end();
  });
}

/** An order for one name, answered with a TXT record of the given value (the right one, unless told otherwise). */
async function orderCertificate(name: string, writeTxt: (keyAuthorization: string) => string = (right) => right) {
  const { client } = createClient(world.route53Url, { secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? "" });
  const acme = new Client({
    directoryUrl: env.LETS_ENCRYPT_DIRECTORY_URL ?? "",
    accountKey: await crypto.createPrivateEcdsaKey(),
  });
  const [, csr] = await crypto.createCsr({ commonName: name });
  const record = (action: "CREATE" | "DELETE", keyAuthorization: string) =>
    applyChanges(client, zoneId, change(action, `_acme-challenge.${name}`, "TXT", `"${writeTxt(keyAuthorization)}"`));
  return acme.auto({
    csr,
    email: "test@example.org",
    termsOfServiceAgreed: true,
    challengePriority: ["dns-01"],
    skipChallengeVerification: true,
    challengeCreateFn: (_, __, keyAuthorization) => record("CREATE", keyAuthorization),
    challengeRemoveFn: (_, __, keyAuthorization) => record("DELETE", keyAuthorization),
  });
}

describe("Pebble, asking the stand-in's DNS server", () => {
  axios.defaults.httpsAgent = new Agent({ ca: readPebbleCa() });

  it("issues a certificate when the challenge record is published", async () => {
    const name = `acme-${randomBytes(4).toString("hex")}.${env.ROOT_DOMAIN}`;
    const chain = (await orderCertificate(name)).split(/(?<=-----END CERTIFICATE-----)\s+/).filter(Boolean);
    const [leaf, intermediate] = chain.map((pem) => new X509Certificate(pem));
    const root = new X509Certificate(await readHttps(`${world.pebbleManagementUrl}/roots/0`, readPebbleCa()));
    expect(leaf?.checkHost(name)).toBe(name);
    expect(intermediate && leaf?.verify(intermediate.publicKey)).toBe(true);
    expect(intermediate?.verify(root.publicKey)).toBe(true);
  }, 60_000);

  it("refuses when the record says something else", async () => {
    const name = `acme-${randomBytes(4).toString("hex")}.${env.ROOT_DOMAIN}`;
    await expect(orderCertificate(name, () => "something-else")).rejects.toThrow(
      /Correct value not found for DNS challenge/,
    );
  }, 60_000);
});
