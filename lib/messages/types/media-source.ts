/** A file: one that was uploaded, by Meta's id of it, or one that Meta fetches from a public address. */
export type MediaSource =
  { readonly id: string; readonly link?: undefined } | { readonly link: string; readonly id?: undefined };
