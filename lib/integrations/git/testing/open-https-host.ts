import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finishExec } from "#lib/integrations/program/finish.ts";
import { startProgram } from "#lib/integrations/programs/run.ts";

const { signal } = new AbortController();

export async function runOutside(argv: string[], env: Record<string, string> = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await finishExec(await startProgram({ argv, env }, signal));
  if (exitCode !== 0) throw new Error(`${argv.join(" ")}: ${stderr}`);
  return stdout.trim();
}

const PERSON = {
  ...{ GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
  ...{ GIT_AUTHOR_NAME: "Ops", GIT_AUTHOR_EMAIL: "ops@example.org" },
  ...{ GIT_COMMITTER_NAME: "Ops", GIT_COMMITTER_EMAIL: "ops@example.org" },
};

/** Git's own server for HTTP behind TLS, which lets one user in. */
export async function openHttpsHost(user: string, token: string) {
  const home = mkdtempSync(join(tmpdir(), "seaworthy-git-https-"));
  const folder = join(home, "config.git");
  const [key, certificate] = [join(home, "key.pem"), join(home, "certificate.pem")];
  await runOutside(["git", "init", "--quiet", "--bare", "--initial-branch=main", folder]);
  await runOutside(["git", "--git-dir", folder, "config", "http.receivepack", "true"]);
  const tree = await runOutside(["git", "--git-dir", folder, "hash-object", "-w", "-t", "tree", "/dev/null"]);
  const commit = await runOutside(["git", "--git-dir", folder, "commit-tree", tree, "-m", "Begin"], PERSON);
  await runOutside(["git", "--git-dir", folder, "update-ref", "refs/heads/main", commit]);
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  await runOutside([
    ...["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"],
    ...["-keyout", key, "-out", certificate, ...subject],
  ]);
  const expected = `Basic ${Buffer.from(`${user}:${token}`).toString("base64")}`;
  const server = createServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (request.headers.authorization !== expected) {
        response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
        return;
      }
      const url = new URL(request.url ?? "/", "https://localhost");
      const running = await startProgram(
        {
          argv: ["git", "http-backend"],
          env: {
            GIT_PROJECT_ROOT: home,
            GIT_HTTP_EXPORT_ALL: "1",
            PATH_INFO: url.pathname,
            QUERY_STRING: url.search.slice(1),
            REQUEST_METHOD: request.method ?? "GET",
            CONTENT_TYPE: request.headers["content-type"] ?? "",
            HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
            GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
            REMOTE_USER: user,
          },
        },
        signal,
      );
      // Where there is no such repository it ends before it reads anything.
      await running.write(Buffer.concat(chunks)).catch(() => {});
      running.end();
      const answer: Buffer[] = [];
      for await (const { stream, data } of running.output) if (stream === "stdout") answer.push(data);
      const whole = Buffer.concat(answer);
      const end = whole.indexOf("\r\n\r\n");
      for (const line of whole.subarray(0, end).toString().split("\r\n")) {
        const [name = "", value = ""] = line.split(": ");
        if (name === "Status") response.statusCode = Number.parseInt(value, 10);
        else response.setHeader(name, value);
      }
      response.end(whole.subarray(end + 4));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}/config.git`,
    caFile: certificate,
    folder,
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      rmSync(home, { recursive: true, force: true });
    },
  };
}
