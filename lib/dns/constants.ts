/** Types people keep records of. */
export const RECORD_TYPES = ["A", "AAAA", "CNAME", "MX", "TXT", "CAA", "SRV", "NS"] as const;
export type RecordType = (typeof RECORD_TYPES)[number];

export const RECORD_STATES = ["pending", "in_sync", "error", "drift", "removing", "removed"] as const;
export type RecordState = (typeof RECORD_STATES)[number];

export const REMOVED_REASONS = ["deleted", "expired", "undone"] as const;

/** Shorter ones make every visitor ask again; longer ones outlive the mistake that was made. */
export const TTL_MIN = 30;
export const TTL_MAX = 604_800;
export const TTL_DEFAULT = 300;

/** Route 53's own limits: values of one set, characters of one value as it is sent, and of all of them together. */
export const VALUES_MAX = 400;
export const VALUE_CHARACTERS_MAX = 4_000;
/** A change takes the old set away and puts the new one there in one request of at most 32,000 characters. */
export const SET_CHARACTERS_MAX = 15_500;

export const DESCRIPTION_MAX = 300;

export const BLOCKED_MATCHES = ["exact", "contains"] as const;
export type BlockedMatch = (typeof BLOCKED_MATCHES)[number];

/** Text of a zone file that can be imported at once. */
export const ZONE_FILE_BYTES_MAX = 2 * 1024 * 1024;
