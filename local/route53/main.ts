import { parseArgs } from "node:util";
import { serve } from "../serve.ts";
import { startRoute53 } from "./server.ts";

const { values: flags } = parseArgs({
  options: {
    host: { type: "string", default: "127.0.0.1" },
    "http-port": { type: "string", default: "0" },
    "dns-port": { type: "string", default: "0" },
    state: { type: "string" },
    zone: { type: "string", default: "seaworthy.test" },
    "zone-id": { type: "string", default: "Z0SEAWORTHYTEST" },
    "insync-ms": { type: "string", default: "800" },
    "rate-limit": { type: "boolean", default: false },
    "access-key-id": { type: "string" },
    "secret-access-key": { type: "string" },
    "exit-with-stdin": { type: "boolean", default: false },
  },
});

await serve(async () => {
  const route53 = await startRoute53({
    host: flags.host,
    httpPort: Number(flags["http-port"]),
    dnsPort: Number(flags["dns-port"]),
    zone: { name: flags.zone, id: flags["zone-id"] },
    insyncMs: Number(flags["insync-ms"]),
    rateLimit: flags["rate-limit"],
    ...(flags.state === undefined ? {} : { stateFile: flags.state }),
    account: { accessKeyId: flags["access-key-id"], secretAccessKey: flags["secret-access-key"] },
  });
  console.log(`route53: API at ${route53.endpoint}, DNS at ${flags.host}:${route53.dnsPort}`);
  return route53;
}, flags["exit-with-stdin"]);
