export interface Account {
  user: string;
  password: string;
}

/** Accounts of a service's database server, as its administrator makes them. Every verb may be repeated. */
export interface AccountServer {
  /**
   * May read every table of the database and is granted nothing else. One that is there gets the new password, and what it may do
   * anew. Returns what it could still change something with, in words: not every server lets that be taken away.
   */
  makeReader(account: Account): Promise<string[]>;
  /**
   * May change rows of the database's tables and nothing else: no schema, no other database, no server. Returns tables it may not
   * change, because what is done to them could not be taken back.
   */
  makeWriter(account: Account): Promise<string[]>;
  exists(user: string): Promise<boolean>;
  /** Cuts its connections off and takes it away with all it was granted. */
  drop(user: string): Promise<void>;
  close(): void;
}
