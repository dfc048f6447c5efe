/** What a stream of a project's events is about. */
export interface FeedScope {
  readonly project: string;
  readonly user: string;
  readonly experiment?: string | undefined;
}

export interface FeedEvent {
  readonly event: string;
  readonly data: unknown;
  /** Where to go on after this event. */
  readonly cursor: number;
}

/** A source of live events that can be read again from any point: cursors only grow. */
export interface Feed {
  /** Channels of `platform/live` that say when there may be something new. */
  channels(scope: FeedScope): readonly string[];
  head(scope: FeedScope): Promise<number>;
  since(scope: FeedScope, cursor: number): Promise<{ cursor: number; events: readonly FeedEvent[] }>;
}
