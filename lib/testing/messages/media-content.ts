import { Media } from '../media/media.js';
import type { Param } from '../server/param.js';
import type { MessageContext } from './message-context.js';

/** An uploaded file by its id, or a link to one; never both. A link is fetched later, so only its form is checked. */
export function checkMedia(media: Param, context: MessageContext, { caption }: { caption: boolean }): void {
  media.object();
  const id = media.get('id');
  const link = media.get('link');
  if (id.given && link.given) throw media.invalid('must have either id or link, not both.');
  if (link.given) checkLink(link);
  else checkId(id, context);
  if (media.get('caption').given) {
    if (!caption) throw media.get('caption').invalid('is not supported for this type of media.');
    media.get('caption').text(1024);
  }
  media.get('filename').optionalString();
}

function checkLink(link: Param): void {
  const text = link.string();
  const isWeb = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  if (!isWeb) throw link.invalid('is not a valid URI.');
}

function checkId(id: Param, { account, call }: MessageContext): void {
  const node = call.graph.nodes.get(String(id.required().value));
  const isThere = node instanceof Media && node.account === account && !node.isExpired(call.graph.now());
  if (!isThere) throw id.invalid('is not a valid whatsapp business account media attachment ID');
}
