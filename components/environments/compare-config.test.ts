import { describe, expect, it } from "vitest";
import type { EnvironmentConfigContent } from "#lib/releases/schema/release.ts";
import { compareConfigs, listContested, mergeConfigs } from "./compare-config.ts";

const BASE: EnvironmentConfigContent = {
  replicas: 2,
  env: { LOG_LEVEL: "info", PLAIN: "" },
  ports: [{ target: 8080, published: null, protocol: "tcp" }],
  cpus: null,
  memoryMb: 256,
  placement: { nodeLabel: "disk=fast" },
  hostnames: ["notes.example.org"],
  probe: null,
};

describe("compareConfigs", () => {
  it("finds nothing in equal settings", () => {
    expect(compareConfigs(BASE, structuredClone(BASE))).toEqual([]);
  });

  it("names what was added, changed and taken away", () => {
    const after: EnvironmentConfigContent = {
      ...BASE,
      replicas: 3,
      env: { LOG_LEVEL: "info", NEW: "1" },
      placement: {},
      probe: { path: "/healthz", status: 200 },
    };
    expect(compareConfigs(BASE, after)).toEqual([
      { key: "replicas", label: "Replicas", before: "2", after: "3" },
      { key: "env:PLAIN", label: "PLAIN", before: "(empty)", after: null },
      { key: "nodeLabel", label: "Node label", before: "disk=fast", after: null },
      { key: "probe", label: "Probe", before: "none", after: "/healthz answers 200" },
      { key: "env:NEW", label: "NEW", before: null, after: "1" },
    ]);
  });
});

it("leaves open what is typed and no number yet", () => {
  expect(compareConfigs(BASE, { ...BASE, replicas: Number.NaN })).toEqual([
    { key: "replicas", label: "Replicas", before: "2", after: "…" },
  ]);
});

describe("settings that two people changed", () => {
  const mine: EnvironmentConfigContent = { ...BASE, replicas: 5, env: { ...BASE.env, MINE: "a" }, ports: [] };
  const theirs: EnvironmentConfigContent = { ...BASE, replicas: 4, memoryMb: 512, placement: { hostname: "node-2" } };

  it("tell whose change each difference is", () => {
    expect(listContested(BASE, mine, theirs).map(({ key, isMine }) => [key, isMine])).toEqual([
      ["replicas", true],
      ["env:MINE", true],
      ["memoryMb", false],
      ["nodeLabel", false],
      ["port:8080/tcp", true],
      ["hostname", false],
    ]);
  });

  it("are put together: theirs, with what I keep", () => {
    const merged = mergeConfigs(mine, theirs, new Set(["replicas", "env:MINE", "port:8080/tcp"]));
    expect(merged).toEqual({ ...theirs, replicas: 5, env: { ...BASE.env, MINE: "a" }, ports: [] });
  });

  it("take away of theirs what is not set in mine", () => {
    expect(mergeConfigs(mine, theirs, new Set(["hostname", "nodeLabel"])).placement).toEqual({
      nodeLabel: "disk=fast",
    });
  });
});
