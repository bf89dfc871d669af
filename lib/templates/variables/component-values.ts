import type { Problem } from '../../errors.js';
import { slotOfComponent, slotOfVariable, type ComponentSlot } from './component-slot.js';
import { valueOfParameter } from './values/parameter-value.js';
import { isObject, typeInWords } from './values/reading.js';
import type { TemplatePart } from './template-part.js';
import type { TemplateVariable } from './template-variable.js';
import { variablesOfPart } from './template-variables.js';
import type { ValueSource } from './value-source.js';

/** A carousel among the components, and where it stands. */
export interface GivenCarousel {
  readonly path: string;
  readonly cards: unknown;
}

/** Values of one part that were given as components in Meta's own shape; `problems` is what is wrong with the shape. */
export class ComponentValues implements ValueSource {
  readonly problems: Problem[] = [];
  carousel: GivenCarousel | undefined;
  /** What a component `tap_target_configuration` has. */
  tapTargets: { readonly path: string; readonly value: unknown } | undefined;

  readonly #variables: readonly TemplateVariable[];
  readonly #paths = new Map<ComponentSlot, string>();
  /** An undefined value stands for a parameter that is there in the wrong shape. */
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
    return this.#found.get(keyOf(variable)) ?? { path: this.root, value: undefined };
  }

  missing(variable: TemplateVariable, place: string): Problem | undefined {
    if (this.#found.has(keyOf(variable))) return undefined;
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
    if (parameters.length > 0) this.#found.set(keyOf(variable), { path, value });
  }

  #byName(variables: readonly TemplateVariable[], parameter: unknown, path: string): TemplateVariable | undefined {
    const name = isObject(parameter) ? parameter.parameter_name : undefined;
    const variable = variables.find(({ placeholder }) => placeholder === name);
    const names = variables.map(({ placeholder }) => placeholder).join(', ');
    if (variable && !this.#found.has(keyOf(variable))) return variable;
    const message = variable ? 'repeats a name; give each value once.' : `must be a name of the template: ${names}.`;
    this.problems.push({ path: `${path}.parameter_name`, message });
    return undefined;
  }

  #take(variable: TemplateVariable, parameter: unknown, path: string): void {
    const read = valueOfParameter(variable, parameter);
    const isRead = 'value' in read;
    this.#found.set(keyOf(variable), { path: path + read.path, value: isRead ? read.value : undefined });
    if (!isRead) this.problems.push({ path: path + read.path, message: read.message });
  }
}

function keyOf(variable: TemplateVariable): string {
  return `${slotOfVariable(variable)} ${variable.name}`;
}
