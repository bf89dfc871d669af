import type { ValidationProblem } from '../../../errors.js';
import { LARGEST_OF_KIND } from '../../../media/media-types.js';
import type { NamedField } from '../../../templates/variables/values-in-order.js';
import type { Form, FormFileRules } from '../../bodies/multipart/form.js';
import { ID_TO_COME, type TypedFile, typedFile } from '../uploads/uploads.js';
import type { TemplateMessageDto } from './template-message.dto.js';

type HeaderKind = 'image' | 'video' | 'document';

const KINDS = ['image', 'video', 'document'] as const satisfies HeaderKind[];

/** The files that a form may have. */
export const HEADER_FILES: FormFileRules = {
  header_image_file: { most: LARGEST_OF_KIND.image },
  header_video_file: { most: LARGEST_OF_KIND.video },
  header_document_file: { most: LARGEST_OF_KIND.document },
};

/** The file in a template's header, if any. */
export interface HeaderMedia {
  /** By the names of the template's variables, with the fields of the request that give them. */
  readonly named: Readonly<Record<string, NamedField>>;
  /** What must be uploaded first. */
  readonly upload: { readonly variable: string; readonly file: TypedFile } | undefined;
  readonly problems: readonly ValidationProblem[];
}

/** Reads the file of the header: one that is uploaded, or one that Meta fetches. */
export function readHeaderMedia(body: TemplateMessageDto, form: Form): HeaderMedia {
  const problems: ValidationProblem[] = [];
  const named: Record<string, NamedField> = {};
  let upload: HeaderMedia['upload'];
  let first: string | undefined;
  for (const kind of KINDS) {
    const variable = `header_${kind}` as const;
    const [urlField, fileField] = [`${variable}_url` as const, `${variable}_file`];
    const url = body[urlField];
    const file = form.files.get(fileField);
    // One that was refused was given, too.
    const hasFile = file !== undefined || form.problems.some(({ path }) => path === fileField);
    for (const field of [...(url === undefined ? [] : [urlField]), ...(hasFile ? [fileField] : [])]) {
      if (first !== undefined) problems.push({ path: field, message: `is one header too many next to ${first}.` });
      first ??= field;
    }
    const filename = kind === 'document' ? documentName(body, file?.filename) : {};
    if (hasFile) named[variable] = { path: fileField, value: { id: ID_TO_COME, ...filename } };
    else if (url === undefined) named[variable] = { path: urlField, value: undefined };
    else named[variable] = { path: urlField, value: { ...referenceOf(url), ...filename } };
    const typed = file && typedFile(kind, fileField, file);
    if (typed && 'problem' in typed) problems.push(typed.problem);
    else if (typed) upload = { variable, file: typed.typed };
  }
  return { named, upload, problems };
}

/** The same with the id that Meta gave the file. */
export function withMediaId({ named, upload }: HeaderMedia, id: string): HeaderMedia['named'] {
  const field = upload && named[upload.variable];
  if (!field || typeof field.value !== 'object') return named;
  return { ...named, [upload.variable]: { ...field, value: { ...field.value, id } } };
}

const referenceOf = (url: unknown): object =>
  typeof url === 'string' && /^\d+$/.test(url) ? { id: url } : { link: url };

function documentName({ header_document_name: given }: TemplateMessageDto, filename: string | undefined): object {
  const name = given ?? filename?.slice(0, 255);
  return name ? { filename: name } : {};
}
