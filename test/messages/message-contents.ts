import type { FreeFormMessageType, MessageContents } from 'nestjs-whatsapp';

/** A message of the customer's, to reply and react to. */
export const WAMID = 'wamid.HBgNNTQ5MTExMjM0NTY3OBUCABIYFDNBMDEyMzQ1Njc4OQA=';

const LINK = 'https://example.com/file';

/** What is sent of each type, with every field that is at home there. */
export const contents: { readonly [Type in FreeFormMessageType]: readonly MessageContents[Type][] } = {
  text: [{ body: 'Hola 👋', preview_url: true }, { body: 'x'.repeat(4096) }],
  image: [{ link: `${LINK}.jpg`, caption: 'Foto' }],
  video: [{ link: `${LINK}.mp4`, caption: 'Video' }],
  audio: [{ link: `${LINK}.ogg`, voice: true }],
  document: [{ link: `${LINK}.pdf`, caption: 'Factura', filename: 'factura.pdf' }],
  sticker: [{ link: `${LINK}.webp` }],
  location: [{ latitude: -38.0055, longitude: -57.5426, name: 'Mar del Plata', address: 'Buenos Aires' }],
  contacts: [
    [
      {
        name: { formatted_name: 'Ana Pérez', first_name: 'Ana', last_name: 'Pérez' },
        phones: [{ phone: '+5491112345678', type: 'CELL', wa_id: '5491112345678' }],
        emails: [{ email: 'ana@example.com', type: 'WORK' }],
        urls: [{ url: 'https://example.com', type: 'WORK' }],
        addresses: [{ street: 'Calle 1', city: 'La Plata', country_code: 'AR', type: 'HOME' }],
        org: { company: 'Mi Empresa', department: 'Ventas', title: 'Gerente' },
        birthday: '1990-02-28',
      },
    ],
  ],
  reaction: [
    { message_id: WAMID, emoji: '👨‍👩‍👧‍👦' },
    { message_id: WAMID, emoji: '' },
  ],
  interactive: [
    {
      type: 'button',
      header: { type: 'image', image: { link: `${LINK}.jpg` } },
      body: { text: '¿Confirma?' },
      footer: { text: 'Gracias' },
      action: {
        buttons: [
          { type: 'reply', reply: { id: 'yes', title: 'Sí' } },
          { type: 'reply', reply: { id: 'no', title: 'No' } },
        ],
      },
    },
    {
      type: 'list',
      header: { type: 'text', text: 'Menú' },
      body: { text: 'x'.repeat(4096) },
      action: {
        button: 'Ver opciones',
        sections: [
          { title: 'Uno', rows: [{ id: '1', title: 'Primera', description: 'La primera' }] },
          { title: 'Dos', rows: [{ id: '2', title: 'Segunda' }] },
        ],
      },
    },
    {
      type: 'cta_url',
      header: { type: 'document', document: { link: `${LINK}.pdf`, filename: 'a.pdf' } },
      body: { text: 'Vea' },
      action: { name: 'cta_url', parameters: { display_text: 'Abrir', url: 'https://example.com' } },
    },
    {
      type: 'flow',
      body: { text: 'Turno' },
      action: {
        name: 'flow',
        parameters: {
          flow_message_version: '3',
          flow_id: '1234',
          flow_cta: 'Reservar',
          flow_token: 'turno-1',
          flow_action: 'navigate',
          flow_action_payload: { screen: 'FIRST', data: { name: 'Ana' } },
          mode: 'published',
        },
      },
    },
    { type: 'location_request_message', body: { text: '¿Dónde está?' }, action: { name: 'send_location' } },
    {
      type: 'catalog_message',
      body: { text: 'Catálogo' },
      action: { name: 'catalog_message', parameters: { thumbnail_product_retailer_id: 'sku-1' } },
    },
    { type: 'product', action: { catalog_id: '99', product_retailer_id: 'sku-1' } },
    {
      type: 'product_list',
      header: { type: 'text', text: 'Ofertas' },
      body: { text: 'Hoy' },
      action: { catalog_id: '99', sections: [{ product_items: [{ product_retailer_id: 'sku-1' }] }] },
    },
    {
      type: 'voice_call',
      body: { text: 'Llámenos' },
      action: { name: 'voice_call', parameters: { display_text: 'Llamar', ttl_minutes: 60 } },
    },
    { type: 'call_permission_request', action: { name: 'call_permission_request' } },
    { type: 'request_contact_info', body: { text: '¿Su número?' }, action: { name: 'request_contact_info' } },
    {
      type: 'carousel',
      body: { text: 'Elija' },
      action: {
        cards: [0, 1].map((card_index) => ({
          card_index,
          type: 'cta_url',
          header: { type: 'image' as const, image: { link: `${LINK}.jpg` } },
          body: { text: 'Una' },
          action: { name: 'cta_url', parameters: { display_text: 'Abrir', url: 'https://example.com' } },
        })),
      },
    },
  ],
};

/** Each of them, with its type. */
export const cases: readonly { readonly type: string; readonly name: string; readonly content: unknown }[] =
  Object.entries(contents).flatMap(([type, ofType]) =>
    ofType.map((content: unknown) => ({ type, name: nameOf(type, content), content })),
  );

function nameOf(type: string, content: unknown): string {
  const kind = typeof content === 'object' && content !== null && 'type' in content ? ` ${String(content.type)}` : '';
  return type + kind;
}
