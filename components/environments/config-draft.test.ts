import { describe, expect, it } from "vitest";
import type { EnvironmentConfigContent } from "#lib/releases/schema/release.ts";
import { configDraftOf, contentOf, findConfigProblems } from "./config-draft.ts";

const CONTENT: EnvironmentConfigContent = {
  replicas: 2,
  env: { B: "2", A: "1" },
  ports: [{ target: 8080, published: 30_080, protocol: "tcp" }],
  cpus: 0.5,
  memoryMb: null,
  placement: { hostname: "node-2" },
  hostnames: ["notes.example.org"],
  probe: { path: "/healthz", status: 204 },
};

describe("a draft of settings", () => {
  it("gives back what it was made of", () => {
    expect(contentOf(configDraftOf(CONTENT))).toEqual(CONTENT);
    const bare = { ...CONTENT, cpus: null, ports: [], placement: {}, probe: null, env: {} };
    expect(contentOf(configDraftOf(bare))).toEqual(bare);
    expect(findConfigProblems(configDraftOf(CONTENT))).toEqual({});
  });

  it("leaves out a line with nothing in it", () => {
    const draft = { ...configDraftOf(CONTENT), variables: [{ name: " ", value: "" }] };
    expect(contentOf(draft).env).toEqual({});
    expect(findConfigProblems(draft)).toEqual({});
  });

  it("says at which line a variable is wrong", () => {
    const variables = [
      { name: "A", value: "1" },
      { name: "A", value: "2" },
      { name: "1A", value: "" },
      { name: "", value: "lost" },
      { name: "LONG", value: "x".repeat(10_001) },
    ];
    expect(findConfigProblems({ ...configDraftOf(CONTENT), variables })).toEqual({
      "variables.1.name": "This name is there twice.",
      "variables.2.name": "Use letters, digits and _, a digit not first.",
      "variables.3.name": "Name it.",
      "variables.4.value": "At most 10,000 characters.",
    });
  });

  it("finds ports listed or published twice, and numbers that are none", () => {
    const port = { target: "8080", published: "", protocol: "tcp" as const };
    const ports = [port, { ...port, target: "9090", published: "30000" }, { ...port, published: "30000" }];
    const problems = findConfigProblems({ ...configDraftOf(CONTENT), ports, replicas: "two", memoryMb: "1" });
    expect(problems).toEqual({
      "ports.2.target": "This port is listed twice.",
      "ports.2.published": "It is published twice.",
      replicas: "Give a whole number.",
      memoryMb: "At least 6.",
    });
  });
});
