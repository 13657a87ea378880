import { parseArgs } from "node:util";
import { serve } from "../serve.ts";
import { startAri } from "./server.ts";

const { values: flags } = parseArgs({
  options: {
    host: { type: "string", default: "127.0.0.1" },
    port: { type: "string", default: "0" },
    "upstream-port": { type: "string", default: "14000" },
    certificate: { type: "string", default: "server.pem" },
    key: { type: "string", default: "server.key" },
    "exit-with-stdin": { type: "boolean", default: false },
  },
});

await serve(async () => {
  const ari = await startAri({
    host: flags.host,
    port: Number(flags.port),
    upstreamPort: Number(flags["upstream-port"]),
    certificateFile: flags.certificate,
    keyFile: flags.key,
  });
  console.log(`ari: directory at ${ari.directoryUrl}`);
  return ari;
}, flags["exit-with-stdin"]);
