import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage } from "node:http";

export interface HttpAnswer {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

export interface FailingFront {
  endpoint: string;
  /** Asked for each request, which is the n-th since; null: it goes through. */
  decide: (request: IncomingMessage, nth: number) => HttpAnswer | null;
  close(): Promise<void>;
}

export const s3Error = (status: number, code: string, more = ""): HttpAnswer => ({
  status,
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>Told to.</Message>${more}</Error>`,
});

/** In front of an S3 server: answers some requests itself. */
export async function startFailingFront(target: string): Promise<FailingFront> {
  let nth = 0;
  const server = createServer((request, response) => {
    const answer = front.decide(request, nth++);
    if (answer) {
      request.resume().once("end", () => {
        response.writeHead(answer.status, { "content-type": "application/xml", ...answer.headers });
        response.end(answer.body);
      });
      return;
    }
    const { hostname, port } = new URL(target);
    const onward = httpRequest(
      { hostname, port, path: request.url, method: request.method, headers: request.headers },
      (reply) => {
        response.writeHead(reply.statusCode ?? 500, reply.headers);
        reply.pipe(response);
      },
    ).on("error", () => response.destroy());
    request.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const front: FailingFront = {
    endpoint: `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`,
    decide: () => null,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return front;
}
