/** What the room of media is told by the module's options. */
export interface MediaOptions {
  /**
   * Addresses that files to upload may come from: https on the public Internet, or any, such as a file server of the
   * host's own network.
   */
  readonly mediaUrls: 'public' | 'any';
}

export const MEDIA_OPTIONS = Symbol('MEDIA_OPTIONS');
