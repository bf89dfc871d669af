import type { TemplateFixture } from 'nestjs-whatsapp/testing';

/** One send: what the caller writes over HTTP, and what Meta must get for it. */
export interface PayloadCase {
  readonly title: string;
  readonly template: Pick<TemplateFixture, 'name' | 'language'>;
  /** In the names of `POST /meta-templates/send/`. */
  readonly given: {
    readonly variables?: Readonly<Record<string, unknown>>;
    readonly button_variables?: Readonly<Record<string, unknown>>;
    readonly cards?: readonly Omit<PayloadCase['given'], 'cards'>[];
  };
  /** `template.components`; absent where Meta must get none. */
  readonly components?: readonly object[];
}

/** A template that no sample shows; the tests add it to the stand-in. */
export function ownTemplate(
  name: string,
  components: TemplateFixture['components'],
  rest: Partial<TemplateFixture> = {},
): TemplateFixture {
  return { name, language: 'en_US', category: 'MARKETING', components, ...rest };
}
