/** A DNS record as pages show it. */
export interface RecordView {
  id: string;
  zone: string;
  name: string;
  type: string;
  ttl: number;
  values: string[];
  /** pending | in_sync | error */
  state: string;
  /** The provider's own reason, when it refused. */
  error: string | null;
  service: { id: string; name: string } | null;
  createdAt: string;
  syncedAt: string | null;
}

/** The hosted zone the panel works in. `id` is ours, null while there is no row yet. */
export interface Zone {
  id: string | null;
  name: string;
  providerZoneId: string;
  nameServers: string[];
}
