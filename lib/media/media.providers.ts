import type { Provider } from '@nestjs/common';
import { MediaDownload } from './media.service.js';
import { MediaUpload, StoredMedia } from './media-upload.js';
import { RemoteFiles } from './remote-files.js';
/** What is behind `MediaService`. */
export const mediaProviders: Provider[] = [MediaDownload, MediaUpload, RemoteFiles, StoredMedia];
