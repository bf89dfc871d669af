/**
 * A file: one that was uploaded, by Meta's id of it, or one that Meta fetches from a public address.
 *
 * @publicApi
 */
export type MessageMediaSource =
  | {
      /** Meta's id of an uploaded file. */
      readonly id: string;
      /** A public https address. */
      readonly link?: undefined;
    }
  | {
      /** A public https address. */
      readonly link: string;
      /** Meta's id of an uploaded file. */
      readonly id?: undefined;
    };
