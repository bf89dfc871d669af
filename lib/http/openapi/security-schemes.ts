/** How API keys are sent, as `securitySchemes` of an OpenAPI document; the surfaces' operations refer to these names. */
export const whatsappSecuritySchemes = {
  whatsappApiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
  whatsappBearer: { type: 'http', scheme: 'bearer' },
} as const;

type SecurityScheme = (typeof whatsappSecuritySchemes)[keyof typeof whatsappSecuritySchemes];

/** As much of the `DocumentBuilder` of `@nestjs/swagger` as is needed. */
export interface SecurityBuilder {
  addSecurity(name: string, scheme: SecurityScheme): unknown;
}

/**
 * Tells an OpenAPI document how API keys are sent.
 *
 * @example
 * ```ts
 * const config = addWhatsAppSecurity(new DocumentBuilder().setTitle('My API')).build();
 * SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, config));
 * ```
 */
export function addWhatsAppSecurity<Builder extends SecurityBuilder>(builder: Builder): Builder {
  for (const [name, scheme] of Object.entries(whatsappSecuritySchemes)) builder.addSecurity(name, scheme);
  return builder;
}
