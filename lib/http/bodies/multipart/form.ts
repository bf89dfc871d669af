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
