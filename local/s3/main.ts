import { parseArgs } from "node:util";
import { serve } from "../serve.ts";
import { startS3 } from "./server.ts";

const { values: flags } = parseArgs({
  options: {
    host: { type: "string", default: "127.0.0.1" },
    port: { type: "string", default: "4568" },
    state: { type: "string", default: "." },
    bucket: { type: "string", default: "backups" },
    "access-key-id": { type: "string", default: "S3RVER" },
    "secret-access-key": { type: "string", default: "S3RVER" },
    "exit-with-stdin": { type: "boolean", default: false },
  },
});

await serve(async () => {
  const s3 = await startS3({
    host: flags.host,
    port: Number(flags.port),
    directory: flags.state,
    bucket: flags.bucket,
    accessKeyId: flags["access-key-id"],
    secretAccessKey: flags["secret-access-key"],
  });
  console.log(`s3: ${s3.endpoint}, bucket ${flags.bucket}`);
  return s3;
}, flags["exit-with-stdin"]);
