import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export interface Beat {
  status: 0 | 1;
  msg: string;
  time: string;
  ping: number | null;
}

export interface StoredMonitor {
  id: number;
  active: boolean;
  fields: Record<string, unknown>;
}

/** What somebody who watches from outside wants to know: what became of a monitor, and when. */
export interface MonitorEvent {
  at: string;
  event: "added" | "edited" | "paused" | "resumed" | "deleted";
  id: number;
  name: string;
}

const EVENTS_KEPT = 500;

/** The monitors, kept in a file so that a restart forgets nothing. */
export class MonitorStore {
  private readonly file: string | undefined;
  private next = 1;
  readonly monitors = new Map<number, StoredMonitor>();
  readonly beats = new Map<number, Beat[]>();
  readonly events: MonitorEvent[] = [];

  constructor(file: string | undefined) {
    this.file = file;
    if (file === undefined || !existsSync(file)) return;
    const kept = JSON.parse(readFileSync(file, "utf8")) as { next: number; monitors: StoredMonitor[] };
    this.next = kept.next;
    for (const monitor of kept.monitors) this.monitors.set(monitor.id, monitor);
  }

  private save(): void {
    if (this.file === undefined) return;
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(this.file, JSON.stringify({ next: this.next, monitors: [...this.monitors.values()] }));
  }

  private note(event: MonitorEvent["event"], { id, fields }: StoredMonitor): void {
    this.events.push({ at: new Date().toISOString(), event, id, name: String(fields.name) });
    if (this.events.length > EVENTS_KEPT) this.events.shift();
    this.save();
  }

  add(fields: Record<string, unknown>): StoredMonitor {
    const monitor = { id: this.next++, active: fields.active !== false, fields };
    this.monitors.set(monitor.id, monitor);
    this.note("added", monitor);
    return monitor;
  }

  edit(id: number, fields: Record<string, unknown>): StoredMonitor {
    const monitor = this.get(id);
    monitor.fields = { ...monitor.fields, ...fields };
    this.note("edited", monitor);
    return monitor;
  }

  setActive(id: number, active: boolean): StoredMonitor {
    const monitor = this.get(id);
    monitor.active = active;
    this.note(active ? "resumed" : "paused", monitor);
    return monitor;
  }

  delete(id: number): void {
    const monitor = this.monitors.get(id);
    this.monitors.delete(id);
    this.beats.delete(id);
    if (monitor) this.note("deleted", monitor);
  }

  /** As Kuma asks before it touches one. */
  get(id: number): StoredMonitor {
    const monitor = this.monitors.get(id);
    if (!monitor) throw new Error("You do not own this monitor.");
    return monitor;
  }

  toJson({ id, active, fields }: StoredMonitor): Record<string, unknown> {
    return {
      pathName: fields.name,
      childrenIDs: [],
      forceInactive: false,
      maintenance: false,
      tags: [],
      ...fields,
      id,
      active,
    };
  }

  list(): Record<string, unknown> {
    return Object.fromEntries([...this.monitors.values()].map((monitor) => [monitor.id, this.toJson(monitor)]));
  }
}
