import { expect, test } from "vitest";
import { parse } from "yaml";
import { buildStack } from "#lib/swarm/stack-spec.ts";
import { createStackInput } from "#lib/swarm/testing.ts";
import { HOST_MODULES_TEXT, renderNixModule } from "./nix-module.ts";
import { renderStackFile } from "./stack-file.ts";

test("a module turns its service on, with the options as values", () => {
  const text = renderNixModule({
    serviceName: "pad-notes",
    purpose: `Notes\nof \${everybody}`,
    module: "etherpad",
    package: "etherpad-lite",
    options: [
      { name: "settings.port", value: "9001" },
      { name: "openFirewall", value: "true" },
      { name: 'hosts."pad.example.org".title', value: `Pads of \${pkgs.hello}` },
      { name: "plugins", value: '["a", "b"]' },
    ],
  });
  expect(text).toBe(`# pad-notes: Notes of \${everybody}
# Written by Seaworthy from the service's answers.
{ pkgs, ... }:

{
  services.etherpad = {
    enable = true;
    package = pkgs.etherpad-lite;
    settings.port = 9001;
    openFirewall = true;
    hosts."pad.example.org".title = "Pads of \\\${pkgs.hello}";
    plugins = [
      "a"
      "b"
    ];
  };
}
`);
  expect(HOST_MODULES_TEXT).toContain(`./. + "/\${name}"`);
});

test("a stack's file is what docker stack deploy would be given: names of secrets, no values", () => {
  const base = createStackInput("127.0.0.1:5000/pad:1", {
    env: { PRICE: "$5", LOG_LEVEL: "info" },
    secrets: [{ swarmName: "services.pad.api_key", fileName: "api_key" }],
    ports: [{ target: 8080, published: 20001, protocol: "tcp" }],
    healthCheck: { kind: "command", argv: ["pg_isready"], intervalS: 10, timeoutS: 5, retries: 3, startPeriodS: 30 },
    cpus: 0.5,
    placement: { nodeLabel: "disk=ssd" },
  });
  const { serviceName, stackName, networkName } = base;
  const volumeName = `${stackName}_db`;
  const secret = (name: string) => `services.${serviceName}.${name}`;
  const input = {
    ...base,
    database: {
      ...{ engine: "mariadb" as const, image: "mariadb:11.4", volumeName, databaseName: "pad", userName: "pad" },
      ...{ passwordSecret: secret("db_pass"), rootPasswordSecret: secret("db_root_pass"), memoryMb: null },
    },
  };
  const names = ["services.pad.api_key", secret("db_pass"), secret("db_root_pass")];
  const specs = buildStack(input, {
    networkId: "n",
    secrets: new Map(names.map((name) => [name, { id: "x", name }])),
    ...{ publishMode: "ingress", endpointMode: "vip", stepId: 1 },
  });
  const text = renderStackFile({ serviceName, stackName, networkName, purpose: "Notes", specs });
  expect(text.split("\n")[0]).toBe(`# ${serviceName}: Notes`);
  const file = parse(text);
  expect(file.services.app).toMatchObject({
    image: "127.0.0.1:5000/pad:1",
    environment: { PRICE: "$$5", LOG_LEVEL: "info", DATABASE_HOST: "db" },
    ports: [{ target: 8080, published: 20001, protocol: "tcp", mode: "ingress" }],
    healthcheck: { interval: "10s", retries: 3 },
    deploy: {
      replicas: 1,
      resources: { limits: { cpus: "0.5", memory: "64M" } },
      placement: { constraints: ["node.labels.disk==ssd"] },
    },
  });
  expect(file.services.app.deploy.labels).toBeUndefined();
  expect(file.services.db.volumes).toEqual([{ type: "volume", source: volumeName, target: "/var/lib/mysql" }]);
  expect(file.volumes).toEqual({ [volumeName]: { name: volumeName } });
  expect(Object.keys(file.secrets).sort()).toEqual(names.sort());
  expect(file.networks.default.name).toBe(networkName);
});
