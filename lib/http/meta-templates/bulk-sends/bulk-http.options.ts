/** Injection token of `BulkHttpOptions`. */
export const BULK_HTTP_OPTIONS = Symbol('BULK_HTTP_OPTIONS');

/** What a client may ask of bulk sends. */
export interface BulkHttpOptions {
  /** Most recipients of one bulk send, doubles included: by JSON, and by CSV or NDJSON, which are read as streams. */
  readonly maxRecipients: {
    /** Of a JSON body: 100,000 by default. */
    readonly json: number;
    /** Of a CSV or NDJSON body: 1,000,000 by default. */
    readonly stream: number;
  };
}
