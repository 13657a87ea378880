import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { provideMysqlImage } from "../images/mysql.ts";
import type { WorldFile } from "../world-file.ts";
import { connectDocker } from "./docker.ts";
import { waitUntil } from "./process.ts";

export interface MysqlServer {
  image: string;
  containerId: string;
  /** Of its one database, as the account that may fill it; over TCP, without TLS. */
  url: string;
  stop: () => Promise<void>;
}

/** A MySQL of a test's own in the world's engine, with what docker-stack.yml gives the one of a panel. */
export async function startMysql(file: WorldFile): Promise<MysqlServer> {
  const image = await provideMysqlImage(file);
  const docker = connectDocker(file.world.dockerSocket);
  const progress = await docker.pull(image);
  await new Promise((resolve, reject) =>
    docker.modem.followProgress(progress, (error, output) => (error ? reject(error) : resolve(output))),
  );
  const password = randomBytes(12).toString("hex");
  const container = await docker.createContainer({
    Image: image,
    Env: [
      ...["MYSQL_DATABASE=seaworthy", "MYSQL_USER=seaworthy", `MYSQL_PASSWORD=${password}`],
      `MYSQL_ROOT_PASSWORD=${password}`,
    ],
    HostConfig: { PublishAllPorts: true },
  });
  const stop = () => container.remove({ force: true, v: true });
  try {
    await container.start();
    const host = file.world.ingressAddress;
    const port = Number((await container.inspect()).NetworkSettings.Ports["3306/tcp"]?.[0]?.HostPort);
    await waitUntil(() => greets(host, port), { timeoutMs: 120_000, what: "MySQL to answer" });
    return { image, containerId: container.id, url: `mysql://seaworthy:${password}@${host}:${port}/seaworthy`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Whether a server says its version, as MySQL does to whoever connects. */
const greets = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("data", () => end(true));
    socket.once("error", () => end(false));
    socket.once("close", () => end(false));
  });
