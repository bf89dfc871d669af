const MIB = 1024 * 1024;
const OFFICE = 'application/vnd.openxmlformats-officedocument';

/** MIME types that can be uploaded, and how many bytes of each. See Meta's page "Media", supported media types. */
export const MEDIA_TYPES: ReadonlyMap<string, number> = new Map([
  ['audio/aac', 16 * MIB],
  ['audio/amr', 16 * MIB],
  ['audio/mpeg', 16 * MIB],
  ['audio/mp4', 16 * MIB],
  ['audio/ogg', 16 * MIB],
  ['text/plain', 100 * MIB],
  ['application/pdf', 100 * MIB],
  ['application/msword', 100 * MIB],
  ['application/vnd.ms-excel', 100 * MIB],
  ['application/vnd.ms-powerpoint', 100 * MIB],
  [`${OFFICE}.wordprocessingml.document`, 100 * MIB],
  [`${OFFICE}.spreadsheetml.sheet`, 100 * MIB],
  [`${OFFICE}.presentationml.presentation`, 100 * MIB],
  ['image/jpeg', 5 * MIB],
  ['image/png', 5 * MIB],
  // Stickers; an animated one may be this large.
  ['image/webp', 500 * 1024],
  ['video/mp4', 16 * MIB],
  ['video/3gpp', 16 * MIB],
]);
