import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import S3rver, { type FilesystemStore } from "s3rver";
import accounts from "s3rver/lib/models/account.js";
import { makeWritesWhole } from "./whole-writes.ts";

export interface S3Options {
  host?: string;
  /** 0 picks a free one. */
  port: number;
  directory: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
}

export interface S3Server {
  endpoint: string;
  close(): Promise<void>;
}

/** One request: which bucket and key it is about, and what it asks for. */
interface Asked {
  bucket: string;
  key: string;
  query: URLSearchParams;
}

/** s3rver, with what it lacks and backups need: ending and listing unfinished uploads, and `If-None-Match: *`. */
export async function startS3(options: S3Options): Promise<S3Server> {
  mkdirSync(options.directory, { recursive: true });
  accounts.DUMMY_ACCOUNT.createKeyPair(options.accessKeyId, options.secretAccessKey);
  const app = new S3rver({
    directory: options.directory,
    silent: true,
    configureBuckets: [{ name: options.bucket, configs: [] }],
  });
  makeWritesWhole(app.store);
  await app.configureBuckets();
  const answer = app.callback();
  const lacking = new Lacking(app.store);
  const server = createServer((request, response) => {
    lacking.handle(request, response).then(
      (isDone) => !isDone && answer(request, response),
      (error: unknown) => sendError(response, 500, "InternalError", String(error)),
    );
  });
  const host = options.host ?? "127.0.0.1";
  server.listen(options.port, host);
  await once(server, "listening");
  const address = server.address();
  return {
    endpoint: `http://${host}:${typeof address === "object" && address ? address.port : options.port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

class Lacking {
  private readonly store: FilesystemStore;
  /** Keys that somebody is writing on the condition that there is none. */
  private readonly writing = new Set<string>();

  constructor(store: FilesystemStore) {
    this.store = store;
  }

  /** True when the request was answered here. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const asked = readRequest(request);
    const uploadId = asked.query.get("uploadId");
    const isBucket = asked.key === "";
    if (isBucket && request.method === "GET" && asked.query.has("uploads")) return this.listUploads(asked, response);
    if (uploadId !== null && !(await this.hasUpload(asked.bucket, uploadId))) {
      request.resume();
      return sendError(response, 404, "NoSuchUpload", "The specified upload does not exist.");
    }
    if (uploadId !== null && request.method === "DELETE") return this.abortUpload(asked, uploadId, response);
    const makesObject = uploadId === null ? request.method === "PUT" : request.method === "POST";
    if (makesObject && request.headers["if-none-match"] === "*") return this.refuseTaken(asked, request, response);
    return false;
  }

  private async refuseTaken(asked: Asked, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const name = `${asked.bucket}/${asked.key}`;
    if (this.writing.has(name)) {
      request.resume();
      return sendError(response, 409, "ConditionalRequestConflict", "Somebody else is writing this key.");
    }
    this.writing.add(name);
    response.once("close", () => this.writing.delete(name));
    const isTaken = await this.store.getMetadata(asked.bucket, asked.key).then(
      () => true,
      () => false,
    );
    if (!isTaken) return false;
    request.resume();
    return sendError(response, 412, "PreconditionFailed", "At least one of the preconditions did not hold.");
  }

  private uploadsFolder(bucket: string): string {
    return this.store.getResourcePath(bucket, undefined, "uploads");
  }

  private async hasUpload(bucket: string, uploadId: string): Promise<boolean> {
    if (!/^[0-9a-f]+$/.test(uploadId)) return false;
    return stat(join(this.uploadsFolder(bucket), uploadId, "key")).then(
      () => true,
      () => false,
    );
  }

  private async abortUpload(asked: Asked, uploadId: string, response: ServerResponse): Promise<boolean> {
    await rm(join(this.uploadsFolder(asked.bucket), uploadId), { recursive: true, force: true });
    response.writeHead(204).end();
    return true;
  }

  private async listUploads(asked: Asked, response: ServerResponse): Promise<boolean> {
    const folder = this.uploadsFolder(asked.bucket);
    const prefix = asked.query.get("prefix") ?? "";
    const names = await readdir(folder).catch(() => []);
    const found: string[] = [];
    for (const name of names) {
      const file = join(folder, name, "key");
      const key = await readFile(file, "utf8").catch(() => null);
      if (key === null || !key.startsWith(prefix)) continue;
      const initiated = (await stat(file)).mtime.toISOString();
      found.push(
        `<Upload><Key>${escapeXml(key)}</Key><UploadId>${name}</UploadId><Initiated>${initiated}</Initiated></Upload>`,
      );
    }
    sendXml(
      response,
      200,
      `<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${found.join("")}</ListMultipartUploadsResult>`,
    );
    return true;
  }
}

function readRequest(request: IncomingMessage): Asked {
  const url = new URL(request.url ?? "/", "http://s3");
  const [, bucket = "", ...key] = url.pathname.split("/");
  return { bucket, key: decodeURIComponent(key.join("/")), query: url.searchParams };
}

const escapeXml = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function sendXml(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`);
}

function sendError(response: ServerResponse, status: number, code: string, message: string): true {
  if (response.headersSent) response.destroy();
  else sendXml(response, status, `<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`);
  return true;
}
