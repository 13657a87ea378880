import { parseArgs } from "node:util";
import { serve } from "../serve.ts";
import { startProvider } from "./server.ts";

const { values: flags } = parseArgs({
  options: {
    host: { type: "string", default: "127.0.0.1" },
    port: { type: "string", default: "0" },
    "base-url": { type: "string" },
    "acs-url": { type: "string", multiple: true },
    audience: { type: "string", multiple: true },
    state: { type: "string" },
    "metadata-out": { type: "string" },
    "exit-with-stdin": { type: "boolean", default: false },
  },
});
const { state } = flags;
if (state === undefined) throw new Error("--state DIR is needed: the key and certificate are kept there");

await serve(async () => {
  const provider = await startProvider({
    host: flags.host,
    port: Number(flags.port),
    stateDir: state,
    ...(flags["base-url"] === undefined ? {} : { baseUrl: flags["base-url"] }),
    ...(flags["acs-url"] === undefined ? {} : { acsUrls: flags["acs-url"] }),
    ...(flags.audience === undefined ? {} : { audiences: flags.audience }),
    ...(flags["metadata-out"] === undefined ? {} : { metadataFile: flags["metadata-out"] }),
  });
  console.log(`idp: ${provider.url}`);
  return provider;
}, flags["exit-with-stdin"]);
