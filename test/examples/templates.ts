import type { Account } from 'nestjs-whatsapp/testing';

const ADDRESS = 'https://www.example.com/seguimiento/';

/** Adds the templates that the documents' examples send and that are no samples. */
export function addTemplatesOfExamples(account: Account): void {
  account.addTemplate({
    name: 'appointment_reminder',
    language: 'es',
    category: 'UTILITY',
    components: [
      { type: 'BODY', text: 'Hola {{1}}, te recordamos tu cita para el {{2}}.' },
      { type: 'FOOTER', text: 'Ambiotec - Servicios Profesionales' },
    ],
  });
  account.addTemplate({
    name: 'service_confirmation',
    language: 'es',
    category: 'UTILITY',
    components: [
      { type: 'HEADER', format: 'TEXT', text: '{{1}}' },
      { type: 'BODY', text: 'Hola {{1}}, tu servicio {{2}} es el {{3}}.' },
      { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'Seguimiento', url: `${ADDRESS}{{1}}` }] },
    ],
  });
  account.addTemplate({
    name: 'welcome',
    language: 'en',
    category: 'UTILITY',
    components: [{ type: 'BODY', text: 'Welcome, {{1}}!' }],
  });
}
