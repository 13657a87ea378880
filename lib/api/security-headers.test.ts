import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { applyTestEnv } from "#local/test-world.ts";
import { addSecurityHeaders, contentSecurityPolicy, KNOWN_STYLES } from "./security-headers.ts";

beforeAll(() => {
  applyTestEnv();
});

const policyFor = (APP_URL: string, NODE_ENV: "production" | "development" = "production") => {
  overrideConfig({ APP_URL, NODE_ENV });
  return contentSecurityPolicy("abc123");
};
const headersFor = (APP_URL: string) => {
  overrideConfig({ APP_URL });
  const headers = new Headers();
  addSecurityHeaders(headers);
  return headers;
};

describe("the content security policy", () => {
  it("runs only scripts that carry the nonce, and lets nobody frame a page", () => {
    const policy = policyFor("https://panel.example.org");
    expect(policy).toContain("script-src 'self' 'nonce-abc123' 'strict-dynamic';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("object-src 'none'");
    expect(policy).toContain("base-uri 'none'");
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|style-src [^;]*unsafe-inline|\*/);
  });

  it("does not send a demo over plain http to https", () => {
    expect(policyFor("http://localhost:8080")).not.toContain("upgrade-insecure-requests");
    expect(policyFor("https://panel.example.org")).toContain("upgrade-insecure-requests");
  });

  it("knows the style sheet that the installed sonner writes", () => {
    const source = readFileSync(new URL("../../node_modules/sonner/dist/index.mjs", import.meta.url), "utf8");
    const css = JSON.parse(/__insertCSS\(("(?:[^"\\]|\\.)*")\)/.exec(source)?.[1] ?? '""');
    const hash = (text: string) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
    expect(KNOWN_STYLES).toEqual([hash(""), hash(css)]);
  });
});

describe("the headers of every answer", () => {
  it("promise https only where there is https", () => {
    expect(headersFor("https://panel.example.org").get("strict-transport-security")).toBe("max-age=31536000");
    expect(headersFor("http://localhost:8080").has("strict-transport-security")).toBe(false);
  });

  it("keep content types, referrers and other origins' hands to themselves", () => {
    expect(Object.fromEntries(headersFor("http://localhost:8080"))).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
    });
  });
});
