import type { DockerNode, DockerService, DockerTask } from "#lib/integrations/docker/schema.ts";
import { type Sql, sqlTransaction } from "#lib/platform/db/sql.ts";
import { fingerprintPresent } from "../compare-spec.ts";
import { STACK_LABEL } from "../names.ts";
import type { Observation } from "../observation.ts";

/** Makes the tables say what was seen, all at once; what is no longer there goes. */
export async function storeObservation(seen: Observation): Promise<void> {
  await sqlTransaction(async (sql) => {
    await forgetOthers(
      sql,
      "SwarmTask",
      seen.tasks.map((task) => task.ID),
    );
    await forgetOthers(
      sql,
      "SwarmService",
      seen.services.map((service) => service.ID),
    );
    await forgetOthers(
      sql,
      "SwarmNode",
      seen.nodes.map((node) => node.ID),
    );
    await upsert(
      sql,
      "SwarmNode",
      seen.nodes.map((node) => toNodeRow(node, seen.at)),
    );
    await upsert(
      sql,
      "SwarmService",
      seen.services.map((service) => toServiceRow(service, seen.at)),
    );
    await upsert(
      sql,
      "SwarmTask",
      seen.tasks.map((task) => toTaskRow(task, seen.at)),
    );
  });
}

async function forgetOthers(sql: Sql, table: string, ids: string[]): Promise<void> {
  if (ids.length === 0) await sql.run(`DELETE FROM ${table}`);
  else await sql.run(`DELETE FROM ${table} WHERE id NOT IN (${ids.map(() => "?").join(",")})`, ids);
}

type Row = Record<string, string | number | Date | null>;

async function upsert(sql: Sql, table: string, rows: Row[]): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const columns = Object.keys(first);
  const updates = columns.filter((column) => column !== "id").map((column) => `\`${column}\` = VALUES(\`${column}\`)`);
  const marks = columns.map(() => "?").join(",");
  await sql.batch(
    `INSERT INTO ${table} (${columns.map((column) => `\`${column}\``).join(",")}) VALUES (${marks}) ON DUPLICATE KEY UPDATE ${updates.join(",")}`,
    rows.map((row) => columns.map((column) => row[column] ?? null)),
  );
}

/** Go writes "no time" as the year 1, which MySQL does not take. */
function toDate(text: string, otherwise: Date): Date {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() < 2000 ? otherwise : date;
}

function toNodeRow(node: DockerNode, at: Date): Row {
  return {
    id: node.ID,
    hostname: node.Description.Hostname,
    role: node.Spec.Role,
    state: node.Status.State,
    availability: node.Spec.Availability,
    labels: JSON.stringify(node.Spec.Labels),
    observedAt: at,
  };
}

function toServiceRow(service: DockerService, at: Date): Row {
  return {
    id: service.ID,
    name: service.Spec.Name,
    stack: service.Spec.Labels[STACK_LABEL] ?? null,
    image: service.Spec.TaskTemplate.ContainerSpec?.Image ?? "",
    desired: service.Spec.Mode.Replicated?.Replicas ?? service.ServiceStatus?.DesiredTasks ?? 0,
    running: service.ServiceStatus?.RunningTasks ?? 0,
    updateState: service.UpdateStatus?.State || null,
    specLabel: fingerprintPresent(service),
    updatedAt: toDate(service.UpdatedAt, at),
    observedAt: at,
  };
}

function toTaskRow(task: DockerTask, at: Date): Row {
  return {
    id: task.ID,
    serviceId: task.ServiceID,
    nodeId: task.NodeID || null,
    slot: task.Slot || null,
    desiredState: task.DesiredState,
    state: task.Status.State,
    error: task.Status.Err || null,
    image: task.Spec.ContainerSpec?.Image ?? "",
    at: toDate(task.Status.Timestamp, at),
    observedAt: at,
  };
}
