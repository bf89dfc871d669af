import type { ValidationProblem } from '../../errors.js';
import { isObject, typeInWords } from './values/text-value.js';
import type { TemplatePart } from './template-part.js';
import type { TemplateVariable, TemplateVariableKind, ValueSource } from './template-variable.js';
import { variablesOfPart } from './template-variables.js';
import { buttonInWords } from './variable-place.js';
import type { TemplateMessageComponent, MessageParameter } from '../message-component.js';
import { buttonTypeOf } from '../template-component.js';

/** A carousel among the components, and where it is. */
export interface GivenCarousel {
  readonly path: string;
  readonly cards: unknown;
}

/** Values of one part that were given as components in Meta's own shape; `problems` is what is wrong with the shape. */
export class ComponentValues implements ValueSource {
  readonly problems: ValidationProblem[] = [];
  carousel: GivenCarousel | undefined;
  /** What a component `tap_target_configuration` has. */
  tapTargets: { readonly path: string; readonly value: unknown } | undefined;

  readonly #variables: readonly TemplateVariable[];
  readonly #paths = new Map<ComponentSlot, string>();
  /** An undefined value means a parameter that is there in the wrong shape. */
  readonly #found = new Map<string, { readonly path: string; readonly value: unknown }>();

  constructor(
    private readonly part: TemplatePart,
    components: readonly unknown[],
    readonly root: string,
  ) {
    this.#variables = variablesOfPart(part);
    components.forEach((component, index) => this.#readComponent(component, `${root}[${index}]`));
  }

  valueOf(variable: TemplateVariable): { readonly path: string; readonly value: unknown } {
    return this.#found.get(variableKey(variable)) ?? { path: this.root, value: undefined };
  }

  missing(variable: TemplateVariable, place: string): ValidationProblem | undefined {
    if (this.#found.has(variableKey(variable))) return undefined;
    const slot = slotOfVariable(variable);
    const path = this.#paths.get(slot);
    const what = variable.placeholder === undefined ? `the ${slot}` : `{{${variable.placeholder}}} of the ${slot}`;
    return { path: path ? `${path}.parameters` : this.root, message: `lacks a value for ${what}: ${place}.` };
  }

  #readComponent(component: unknown, path: string): void {
    if (!isObject(component)) {
      this.problems.push({ path, message: `is ${typeInWords(component)}; write an object.` });
      return;
    }
    if (component.type === 'tap_target_configuration') return this.#readTapTargets(component, path);
    const found = slotOfComponent(this.part, component);
    if ('message' in found) {
      this.problems.push({ path: path + found.path, message: found.message });
    } else if (this.#paths.has(found.slot)) {
      this.problems.push({ path, message: `repeats ${this.#paths.get(found.slot)}; write the ${found.slot} once.` });
    } else {
      this.#paths.set(found.slot, path);
      if (found.slot === 'carousel') this.carousel = { path: `${path}.cards`, cards: component.cards };
      else this.#readParameters(component.parameters ?? [], `${path}.parameters`, found.slot);
    }
  }

  #readParameters(given: unknown, path: string, slot: ComponentSlot): void {
    if (!Array.isArray(given)) {
      this.problems.push({ path, message: `is ${typeInWords(given)}; write a list.` });
      return;
    }
    const parameters: readonly unknown[] = given;
    const variables = this.#variables.filter((variable) => slotOfVariable(variable) === slot);
    if (variables[0]?.kind === 'VOICE_CALL') return this.#readVoiceCall(variables[0], parameters, path);
    const isNamed = this.part.named && variables.some(({ placeholder }) => placeholder !== undefined);
    parameters.forEach((parameter, index) => {
      const at = `${path}[${index}]`;
      const variable = isNamed ? this.#byName(variables, parameter, at) : variables[index];
      if (variable) this.#take(variable, parameter, at);
      else if (!isNamed)
        this.problems.push({ path: at, message: `is one too many; the ${slot} takes ${variables.length}.` });
      if (!isNamed && isObject(parameter) && parameter.parameter_name !== undefined) {
        this.problems.push({
          path: `${at}.parameter_name`,
          message: 'is not wanted: no name belongs here; leave it out.',
        });
      }
    });
  }

  /** The template holds nothing to compare them with. */
  #readTapTargets({ parameters = [] }: Readonly<Record<string, unknown>>, path: string): void {
    if (Array.isArray(parameters) && parameters.length === 0) return;
    const [parameter]: readonly unknown[] = Array.isArray(parameters) ? parameters : [];
    const at = `${path}.parameters[0].tap_target_configuration`;
    const targets = isObject(parameter) ? parameter.tap_target_configuration : undefined;
    const isRight = this.part.card === undefined && this.tapTargets === undefined;
    if (!isRight) this.problems.push({ path, message: 'belongs once, and into no card of a carousel.' });
    else if (Array.isArray(parameters) && parameters.length > 1) {
      this.problems.push({ path: `${path}.parameters`, message: `has ${parameters.length} items; Meta takes 1.` });
    }
    this.tapTargets = { path: at, value: targets ?? null };
  }

  /** One component with up to two parameters makes one value. */
  #readVoiceCall(variable: TemplateVariable, parameters: readonly unknown[], path: string): void {
    const value: Record<string, unknown> = {};
    for (const [index, parameter] of parameters.entries()) {
      const type = isObject(parameter) ? parameter.type : undefined;
      const name = (['ttl_minutes', 'payload'] as const).find((one) => one === type);
      if (name === undefined || !isObject(parameter) || Object.hasOwn(value, name)) {
        const message = 'must have the type ttl_minutes or payload, each once.';
        this.problems.push({ path: `${path}[${index}].type`, message });
      } else value[name] = parameter[name] ?? null;
    }
    if (parameters.length > 0) this.#found.set(variableKey(variable), { path, value });
  }

  #byName(variables: readonly TemplateVariable[], parameter: unknown, path: string): TemplateVariable | undefined {
    const name = isObject(parameter) ? parameter.parameter_name : undefined;
    const variable = variables.find(({ placeholder }) => placeholder === name);
    const names = variables.map(({ placeholder }) => placeholder).join(', ');
    if (variable && !this.#found.has(variableKey(variable))) return variable;
    const message = variable ? 'repeats a name; give each value once.' : `must be a name of the template: ${names}.`;
    this.problems.push({ path: `${path}.parameter_name`, message });
    return undefined;
  }

  #take(variable: TemplateVariable, parameter: unknown, path: string): void {
    const read = valueOfParameter(variable, parameter);
    const isRead = 'value' in read;
    this.#found.set(variableKey(variable), { path: path + read.path, value: isRead ? read.value : undefined });
    if (!isRead) this.problems.push({ path: path + read.path, message: read.message });
  }
}

function variableKey(variable: TemplateVariable): string {
  return `${slotOfVariable(variable)} ${variable.name}`;
}

/** What a component of Meta's shape fills: `header`, `body`, `limited_time_offer`, `carousel` or `button 0`. */
type ComponentSlot = string;

const TYPES = new Set(['header', 'body', 'limited_time_offer']);

/** The slot that a variable belongs to. */
function slotOfVariable(variable: TemplateVariable): ComponentSlot {
  if (variable.buttonIndex !== undefined) return `button ${variable.buttonIndex}`;
  return variable.kind === 'OFFER_EXPIRATION' ? 'limited_time_offer' : variable.component.toLowerCase();
}

/** The slot that a component fills, or what is wrong with its type, sub_type or index. */
function slotOfComponent(
  part: TemplatePart,
  component: Readonly<Record<string, unknown>>,
): { readonly slot: ComponentSlot } | ValidationProblem {
  const type = typeof component.type === 'string' ? component.type.toLowerCase() : '';
  if (type === 'button') return buttonSlot(part, component);
  if (TYPES.has(type) || (type === 'carousel' && part.card === undefined)) return { slot: type };
  const types = [...TYPES, 'button', ...(part.card === undefined ? ['carousel'] : [])];
  return { path: '.type', message: `must be one of ${types.join(', ')}.` };
}

function buttonSlot(
  part: TemplatePart,
  { index, sub_type }: Readonly<Record<string, unknown>>,
): { readonly slot: ComponentSlot } | ValidationProblem {
  const messageIndex = typeof index === 'string' && /^[0-9]+$/.test(index) ? Number(index) : index;
  const buttonIndex = part.buttons.findIndex((_, candidate) => messageIndexOf(part, candidate) === messageIndex);
  if (buttonIndex === -1) {
    const message =
      part.buttons.length === 0
        ? 'the template has no buttons; leave the component out.'
        : `must be the place of one of the template's buttons, 0 to ${part.buttons.length - 1}.`;
    return { path: '.index', message };
  }
  const expected = subTypeOf(part, buttonIndex);
  if (typeof sub_type !== 'string') {
    return { path: '.sub_type', message: `is ${typeInWords(sub_type)}; write "${expected}".` };
  }
  if (sub_type.toLowerCase() === expected.toLowerCase()) return { slot: `button ${buttonIndex}` };
  return { path: '.sub_type', message: `must be "${expected}", for that is ${buttonInWords(part, buttonIndex)}.` };
}

/** Meta's parameter types for each kind of variable; the value is in the field of the same name. */
const PARAMETER_TYPES: Readonly<Record<TemplateVariableKind, readonly string[]>> = {
  TEXT: ['text', 'currency', 'date_time'],
  ONE_TIME_CODE: ['text'],
  IMAGE: ['image'],
  VIDEO: ['video'],
  GIF: ['gif'],
  DOCUMENT: ['document'],
  LOCATION: ['location'],
  PRODUCT: ['product'],
  OFFER_EXPIRATION: ['limited_time_offer'],
  URL_SUFFIX: ['text'],
  QUICK_REPLY_PAYLOAD: ['payload'],
  VOICE_CALL: ['ttl_minutes', 'payload'],
  COUPON_CODE: ['coupon_code'],
  FLOW: ['action'],
  CATALOG: ['action'],
  MULTI_PRODUCT: ['action'],
};

const STRINGS = new Set(['text', 'payload', 'coupon_code']);

/** A value and where it is in the parameter, such as `.text`. */
interface ParameterValue {
  readonly path: string;
  readonly value: unknown;
}

/** The value in a parameter of Meta's own shape, or what is wrong with the shape. */
function valueOfParameter(variable: TemplateVariable, parameter: unknown): ParameterValue | ValidationProblem {
  const types = PARAMETER_TYPES[variable.kind];
  if (!isObject(parameter)) return { path: '', message: `is ${typeInWords(parameter)}; write an object.` };
  const { type } = parameter;
  if (typeof type !== 'string' || !types.includes(type.toLowerCase())) {
    return { path: '.type', message: `must be ${types.join(', ')}, for that is what the template has here.` };
  }
  const field = type.toLowerCase();
  const path = `.${field}`;
  const value = Object.hasOwn(parameter, field) ? parameter[field] : undefined;
  if (STRINGS.has(field)) {
    return typeof value === 'string'
      ? { path, value }
      : { path, message: `is ${typeInWords(value)}; write text, in quotes.` };
  }
  if (!isObject(value)) return { path, message: `is ${typeInWords(value)}; write an object.` };
  if (field === 'currency') {
    // Null keeps a forgotten field from turning the amount into a date.
    const { fallback_value = null, code = null, amount_1000 = null } = value;
    return { path, value: { fallback_value, code, amount_1000 } };
  }
  if (field === 'date_time') return { path, value: { fallback_value: value.fallback_value ?? null } };
  return field === 'limited_time_offer' ? expirationOf(value.expiration_time_ms) : { path, value };
}

function expirationOf(value: unknown): ParameterValue | ValidationProblem {
  const path = '.limited_time_offer.expiration_time_ms';
  return typeof value === 'number'
    ? { path, value }
    : { path, message: `is ${typeInWords(value)}; write Unix milliseconds as a number.` };
}

/** Meta's components for the values of a part, which are in the order of its variables; what takes no value has none. */
export function componentsOfPart(
  part: TemplatePart,
  parameters: ReadonlyMap<TemplateVariable, MessageParameter>,
): TemplateMessageComponent[] {
  const texts: Record<TextType, MessageParameter[]> = { header: [], body: [], limited_time_offer: [] };
  const buttons: TemplateMessageComponent[] = [];
  for (const [variable, parameter] of parameters) {
    const type = componentTypeOf(variable);
    if (type !== undefined) texts[type].push(parameter);
    else if (variable.buttonIndex !== undefined) buttons.push(buttonComponent(part, variable.buttonIndex, parameter));
  }
  const components: TemplateMessageComponent[] = [];
  for (const type of TEXT_TYPES) if (texts[type].length > 0) components.push({ type, parameters: texts[type] });
  return [...components, ...buttons];
}

const TEXT_TYPES = ['header', 'body', 'limited_time_offer'] as const;
type TextType = (typeof TEXT_TYPES)[number];

/** Meta's `sub_type` for a button; one-time codes travel as the URL that Meta makes of them. */
function subTypeOf(part: TemplatePart, buttonIndex: number): string {
  const button = part.buttons[buttonIndex];
  const type = button ? buttonTypeOf(button) : '';
  if (type === 'OTP') return 'url';
  return type === 'CATALOG' ? type : type.toLowerCase();
}

/**
 * Meta's `index` for a button. In a limited-time offer the code to copy is 0 and the address comes after it, however
 * the template lists them; everywhere else it is the place among all buttons.
 * See https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/marketing-templates/limited-time-offer-templates/
 */
function messageIndexOf(part: TemplatePart, buttonIndex: number): number {
  const codeIndex = part.offer ? part.buttons.findIndex((button) => buttonTypeOf(button) === 'COPY_CODE') : -1;
  if (codeIndex === -1 || buttonIndex > codeIndex) return buttonIndex;
  return buttonIndex === codeIndex ? 0 : buttonIndex + 1;
}

function buttonComponent(
  part: TemplatePart,
  buttonIndex: number,
  parameter: MessageParameter,
): TemplateMessageComponent {
  return {
    type: 'button',
    sub_type: subTypeOf(part, buttonIndex),
    index: String(messageIndexOf(part, buttonIndex)),
    parameters: parameter.type === 'voice_call' ? parameter.parameters : [parameter],
  };
}

function componentTypeOf(variable: TemplateVariable): TextType | undefined {
  if (variable.component === 'BUTTON') return undefined;
  if (variable.kind === 'OFFER_EXPIRATION') return 'limited_time_offer';
  return variable.component === 'HEADER' ? 'header' : 'body';
}
