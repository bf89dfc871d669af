/** Bytes of one text. */
export const LARGEST_FIELD = 64 * 1024;

/** Parts of one form, texts and files together. */
export const MOST_PARTS = 100;

/** Bytes of the headers of one part. */
export const LARGEST_HEADERS = 16 * 1024;

/**
 * Bytes of a form that are read at all. Files over their limits are read to their end and dropped, for most clients read
 * their answer only when they have written everything; but not without a limit.
 */
export const LARGEST_FORM = 1024 * 1024 * 1024;
