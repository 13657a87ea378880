import { describe, expect, it } from "vitest";
import { nameFiles } from "#lib/certificates/format.ts";
import { instructionsFor } from "./instructions.ts";

const names = ["*.sam.example.org", "sam.example.org"];
const files = nameFiles(names);
const textOf = (key: string, isCsr = false) =>
  instructionsFor({ names, isCsr })
    .find((one) => one.key === key)
    ?.steps.map((step) => `${step.text}\n${step.code ?? ""}`)
    .join("\n") ?? "";

describe("instructions", () => {
  it.each(["nginx", "apache", "traefik", "caddy", "node"])(
    "%s gets the full chain and the key, by the downloads' names",
    (key) => {
      expect(textOf(key)).toContain(files.fullchain);
      expect(textOf(key)).toContain(files.key);
      expect(textOf(key)).not.toContain(files.certificate);
    },
  );

  it("AWS gets the certificate and its issuers apart", () => {
    expect(textOf("aws")).toContain(files.certificate);
    expect(textOf("aws")).toContain(files.chain);
    expect(textOf("aws")).not.toContain(files.fullchain);
  });

  it.each(["nginx", "apache", "traefik", "caddy", "node", "aws"])(
    "%s never names a key the panel does not have",
    (key) => {
      expect(textOf(key, true)).not.toContain(files.key);
      expect(textOf(key, true)).not.toContain(files.pkcs12);
    },
  );
});
