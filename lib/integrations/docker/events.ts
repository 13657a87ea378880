import { callDocker } from "./client.ts";
import { type DockerEvent, eventSchema } from "./schema.ts";

const LONGEST_LINE = 1_000_000;

/**
 * The engine's events as they happen: swarm objects from the whole swarm, containers of its own node only. Ends when the
 * engine closes the stream; throws when it cannot be opened.
 */
export async function* watchEvents(
  filters: Record<string, string[]>,
  signal: AbortSignal,
): AsyncGenerator<DockerEvent> {
  const stream = await callDocker("watch its events", signal, (client) => client.getEvents({ filters }));
  const onAbort = () => "destroy" in stream && typeof stream.destroy === "function" && stream.destroy();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    let text = "";
    for await (const chunk of stream) {
      text += chunk.toString("utf8");
      const lines = text.split("\n");
      text = (lines.pop() ?? "").slice(0, LONGEST_LINE);
      for (const line of lines) {
        if (line.trim() === "") continue;
        const event = eventSchema.safeParse(JSON.parse(line));
        if (event.success) yield event.data;
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
    onAbort();
  }
}
