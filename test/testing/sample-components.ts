import type { sampleTemplates } from 'nestjs-whatsapp/testing';

const LINK = 'https://files.example.com/file';

export const text = (value: string) => ({ type: 'text', text: value });
export const named = (parameter_name: string, value: string) => ({ type: 'text', parameter_name, text: value });
export const header = (...parameters: object[]) => ({ type: 'header', parameters });
export const body = (...parameters: object[]) => ({ type: 'body', parameters });
export const button = (sub_type: string, index: number | string, ...parameters: object[]) => ({
  type: 'button',
  sub_type,
  index,
  parameters,
});
export const code = (coupon_code: string) => ({ type: 'coupon_code', coupon_code });
export const image = { type: 'image', image: { link: LINK } };
export const offerUntil = (expiration_time_ms: unknown) => ({
  type: 'limited_time_offer',
  parameters: [{ type: 'limited_time_offer', limited_time_offer: { expiration_time_ms } }],
});
export const carousel = (...cards: object[]) => ({ type: 'carousel', cards });
export const fruitCard = (card_index: number, ...more: object[]) => ({
  card_index,
  components: [header(image), body(text('organic')), button('url', 1, text('LEMON')), ...more],
});
const products = {
  thumbnail_product_retailer_id: 'p1',
  sections: [{ title: 'All', product_items: [{ product_retailer_id: 'p1' }] }],
};

/** For each sample template what a client sends with it. */
export const sampleComponents: Record<keyof typeof sampleTemplates, object[]> = {
  plain: [],
  textHeader: [header(text('860198')), body(text('Ana'), text('Monday'))],
  named: [header(named('name', 'Ana')), body(named('company', 'Mindo'), named('name', 'Ana'))],
  imageHeader: [header(image), body(text('Ana'))],
  videoHeader: [header({ type: 'video', video: { link: LINK } })],
  documentHeader: [header({ type: 'document', document: { link: LINK, filename: 'a.pdf' } }), body(text('118'))],
  locationHeader: [
    header({ type: 'location', location: { latitude: '-34.6', longitude: '-58.4' } }),
    body(text('Ana')),
  ],
  urlButtons: [body(text('860198')), button('url', '0', text('860198'))],
  quickReplies: [body(text('Monday'), text('10:30')), button('quick_reply', 1, { type: 'payload', payload: 'NO' })],
  copyCode: [body(text('Ana')), button('copy_code', 1, code('250FF'))],
  flow: [button('flow', 0, { type: 'action', action: { flow_token: 'x' } })],
  oneTimeCode: [body(text('123456')), button('url', 0, text('123456'))],
  catalog: [
    body(text('Ana')),
    button('CATALOG', 0, { type: 'action', action: { thumbnail_product_retailer_id: 'p1' } }),
  ],
  multiProduct: [header(text('Ana')), body(text('10OFF')), button('mpm', 0, { type: 'action', action: products })],
  voiceCall: [],
  namedWithUrl: [body(named('order_id', '1'), named('customer_name', 'Ana')), button('url', 0, text('1'))],
  limitedTimeOffer: [
    header(image),
    body(text('Ana'), text('CARIBE25')),
    offerUntil(1_798_562_800_000),
    button('copy_code', 0, code('CARIBE25')),
    button('url', 1, text('n3mtql')),
  ],
  carousel: [body(text('Ana'), text('15OFF')), carousel(fruitCard(0), fruitCard(1))],
  carouselWithoutVariables: [carousel(...[0, 1, 2].map((card_index) => ({ card_index, components: [header(image)] })))],
};
