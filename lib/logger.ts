/** Where the module logs: Nest's `LoggerService` of the host's choice. */
export const WHATSAPP_LOGGER = Symbol('WHATSAPP_LOGGER');
