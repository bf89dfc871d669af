import type { ValidationProblem } from '../../../errors.js';
import type { KeptFile } from '../../../media/media-file.js';

/** A file of a form, in a temporary file. */
export interface FormFile extends KeptFile {
  /** As the client calls it; empty when it does not. */
  readonly filename: string;
}

/** What a client sent as `multipart/form-data`, or as JSON, which has no files. */
export interface Form {
  /** Texts by name; `contact[firstname]` is the field of an object. As JSON, whatever was sent. */
  readonly fields: unknown;
  /** By the names that the handler takes files under. */
  readonly files: ReadonlyMap<string, FormFile>;
  /** What is wrong with its parts: too large, too many, given twice. */
  readonly problems: readonly ValidationProblem[];
}

/** The files that a form may have, by name. */
export type FormFileRules = Readonly<Record<string, FormFileRule>>;

export interface FormFileRule {
  /** Bytes. */
  readonly most: number;
}

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
