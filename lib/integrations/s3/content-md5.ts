import { createHash } from "node:crypto";
import type { S3Client } from "@aws-sdk/client-s3";

interface SentRequest {
  headers: Record<string, string>;
  body?: unknown;
}

const isRequest = (request: unknown): request is SentRequest =>
  typeof request === "object" && request !== null && "headers" in request;

/** DeleteObjects must prove that its list arrived unharmed: with Content-MD5, as before checksums were known. */
export function addContentMd5(client: S3Client): void {
  client.middlewareStack.add(
    (next, context) => (args) => {
      const { request } = args;
      const isList = context.commandName === "DeleteObjectsCommand";
      if (isList && isRequest(request) && typeof request.body === "string") {
        for (const name of Object.keys(request.headers))
          if (/^x-amz-(checksum-|sdk-checksum-)/i.test(name)) delete request.headers[name];
        request.headers["content-md5"] = createHash("md5").update(request.body).digest("base64");
      }
      return next(args);
    },
    { step: "build", name: "contentMd5", priority: "low" },
  );
}
