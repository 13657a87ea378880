import { parseArgs } from "node:util";
import { serve } from "../serve.ts";
import { startKuma } from "./server.ts";

const { values: flags } = parseArgs({
  options: {
    host: { type: "string", default: "127.0.0.1" },
    port: { type: "string", default: "3001" },
    state: { type: "string" },
    username: { type: "string", default: "seaworthy" },
    password: { type: "string", default: "seaworthy" },
    "exit-with-stdin": { type: "boolean", default: false },
  },
});

await serve(async () => {
  const kuma = await startKuma({
    host: flags.host,
    port: Number(flags.port),
    username: flags.username,
    password: flags.password,
    ...(flags.state === undefined ? {} : { state: flags.state }),
  });
  console.log(`uptime-kuma: ${kuma.url}`);
  return kuma;
}, flags["exit-with-stdin"]);
