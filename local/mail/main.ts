import { parseArgs } from "node:util";
import { serve } from "../serve.ts";
import { startMailCatcher } from "./server.ts";

const { values: flags } = parseArgs({
  options: {
    host: { type: "string", default: "127.0.0.1" },
    "smtp-port": { type: "string", default: "1025" },
    "web-port": { type: "string", default: "1080" },
    state: { type: "string" },
    "exit-with-stdin": { type: "boolean", default: false },
  },
});

await serve(async () => {
  const mail = await startMailCatcher({
    host: flags.host,
    smtpPort: Number(flags["smtp-port"]),
    webPort: Number(flags["web-port"]),
    ...(flags.state === undefined ? {} : { stateDir: flags.state }),
  });
  console.log(`mail: SMTP at ${flags.host}:${mail.smtpPort}, mails at ${mail.url}`);
  return mail;
}, flags["exit-with-stdin"]);
