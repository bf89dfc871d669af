/** Most bytes of one recipient in CSV or NDJSON: more than Meta takes of any template's values. */
export const LARGEST_LINE = 256 * 1024;

/** The same, for the texts of problems. */
export const LARGEST_LINE_IN_WORDS = '256 KB';
