import { parseArgs } from "node:util";
import { serve } from "../serve.ts";
import { startHealthchecks } from "./server.ts";

const { values: flags } = parseArgs({
  options: {
    host: { type: "string", default: "127.0.0.1" },
    port: { type: "string", default: "8000" },
    state: { type: "string" },
    "api-key": { type: "string", default: "0123456789abcdef0123456789abcdef" },
    "exit-with-stdin": { type: "boolean", default: false },
  },
});

await serve(async () => {
  const healthchecks = await startHealthchecks({
    host: flags.host,
    port: Number(flags.port),
    apiKey: flags["api-key"],
    ...(flags.state === undefined ? {} : { state: flags.state }),
  });
  console.log(`healthchecks: ${healthchecks.url}`);
  return healthchecks;
}, flags["exit-with-stdin"]);
