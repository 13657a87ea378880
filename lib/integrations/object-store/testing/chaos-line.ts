import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface Trouble {
  /** Bytes from the client (up) or from the server (down) that still pass, counted over all connections from now on. */
  direction: "up" | "down";
  after: number;
  /** cut: the line breaks. hang: nothing passes any more, and nobody is told. */
  act: "cut" | "hang";
  /** How many times, each with the same count again; Infinity: until it is mended. */
  times: number;
}

export interface ChaosLine {
  port: number;
  /** Bytes that passed since the last trouble was made. */
  readonly passed: { up: number; down: number };
  /** How many times it has come about since then. */
  readonly acted: number;
  make(trouble: Trouble): void;
  mend(): void;
  close(): Promise<void>;
}

/** A line to a server that breaks or hangs at a chosen byte. */
export async function startChaosLine(target: { host: string; port: number }): Promise<ChaosLine> {
  let trouble: Trouble | null = null;
  let passed = { up: 0, down: 0 };
  let acted = 0;
  const open = new Set<Socket>();

  /** How much of a piece still passes; what is to happen then. */
  const judge = (direction: "up" | "down", length: number): { pass: number; act: "cut" | "hang" | null } => {
    if (!trouble || trouble.direction !== direction) {
      passed[direction] += length;
      return { pass: length, act: null };
    }
    const room = Math.max(0, trouble.after - passed[direction]);
    if (length < room) {
      passed[direction] += length;
      return { pass: length, act: null };
    }
    const { act } = trouble;
    acted += 1;
    trouble = trouble.times > 1 ? { ...trouble, times: trouble.times - 1 } : null;
    passed = { up: 0, down: 0 };
    return { pass: room, act };
  };

  const server = createServer((client) => {
    const upstream = connect(target);
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => {}).once("close", () => open.delete(socket));
    }
    let isHanging = false;
    const end = () => {
      if (isHanging) return;
      client.destroy();
      upstream.destroy();
    };
    const forward = (direction: "up" | "down", from: Socket, to: Socket) => {
      from.on("data", (piece) => {
        if (isHanging) return;
        const { pass, act } = judge(direction, piece.length);
        if (pass > 0 && !to.write(piece.subarray(0, pass))) {
          from.pause();
          to.once("drain", () => from.resume());
        }
        if (act === "hang") isHanging = true;
        // What passed shall arrive: the server has seen it when the line breaks.
        else if (act === "cut") to.end(() => end());
        if (act === "cut") setImmediate(end);
      });
      from.once("close", () => {
        if (isHanging && from === client) upstream.destroy();
        end();
      });
    };
    forward("up", client, upstream);
    forward("down", upstream, client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    get passed() {
      return passed;
    },
    get acted() {
      return acted;
    },
    make: (next) => {
      trouble = next;
      passed = { up: 0, down: 0 };
      acted = 0;
    },
    mend: () => {
      trouble = null;
    },
    close: async () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
