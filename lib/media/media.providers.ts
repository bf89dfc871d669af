import type { Provider } from '@nestjs/common';
import { MediaDownload } from './media-download.js';
import { MediaUpload } from './media-upload.js';
import { RemoteFiles } from './remote-files.js';
import { StoredMedia } from './stored-media.js';

/** What is behind `MediaService`. */
export const mediaProviders: Provider[] = [MediaDownload, MediaUpload, RemoteFiles, StoredMedia];
