import { parseArgs } from "node:util";
import { serve } from "../serve.ts";
import { startRepology } from "./server.ts";

const { values: flags } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    "exit-with-stdin": { type: "boolean", default: false },
  },
});

await serve(async () => {
  const repology = await startRepology({ port: Number(flags.port) });
  console.log(`repology: ${repology.url}`);
  return repology;
}, flags["exit-with-stdin"]);
