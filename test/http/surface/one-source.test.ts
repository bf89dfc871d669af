import 'reflect-metadata';
import { ArrayMaxSize, IsArray, IsInt, IsOptional, IsString, Length } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { ClassSchemas, exampleOf } from '../../../lib/http/openapi/class-schema.js';
import { DtoPipe, Field } from '../../../lib/http/surface/dto.js';
import { FieldNames } from '../../../lib/http/surface/field-names.js';

const TEXT = { message: 'must be a text.' };

class ButtonDto {
  @IsString(TEXT)
  @Field({ example: 'Yes', service: 'reply.title' })
  title!: string;
}

class BaseDto {
  @IsString(TEXT)
  @Length(1, 5, { message: 'must have 1 to 5 characters.' })
  @Field({ description: 'A name.', example: 'Ana', service: ['firstName', 'person.first'] })
  name!: string;
}

class MessageDto extends BaseDto {
  @IsOptional()
  @IsInt({ message: 'must be a whole number.' })
  @Field()
  age?: number | null;

  @IsOptional()
  @IsArray({ message: 'must be a list.' })
  @ArrayMaxSize(2, { message: 'must be a list.' })
  @Field({ type: () => ButtonDto, each: true, service: 'action.buttons' })
  buttons?: ButtonDto[] | null;

  @Field({ type: () => ButtonDto, nullable: true })
  main!: ButtonDto | null;
}

const check = (body: object) =>
  new DtoPipe(MessageDto).transform(body).problems.map(({ path, message }) => `${path} ${message}`);

describe('The class of a request', () => {
  it('is its schema', () => {
    const schemas = new ClassSchemas('Some surface');
    expect(schemas.refTo(MessageDto)).toEqual({ $ref: '#/components/schemas/SomeSurfaceMessageDto' });
    const title = { type: 'string', example: 'Yes' };
    expect(Object.fromEntries(schemas.all)).toEqual({
      SomeSurfaceButtonDto: { type: 'object', properties: { title }, required: ['title'] },
      SomeSurfaceMessageDto: {
        type: 'object',
        properties: {
          name: { type: 'string', minLength: 1, maxLength: 5, description: 'A name.', example: 'Ana' },
          age: { type: 'integer', nullable: true },
          buttons: {
            type: 'array',
            maxItems: 2,
            nullable: true,
            items: { $ref: '#/components/schemas/SomeSurfaceButtonDto' },
          },
          main: { type: 'object', properties: { title }, required: ['title'], nullable: true },
        },
        required: ['name', 'main'],
      },
    });
  });

  it('is its example, without what can be left out and has none', () => {
    expect(exampleOf(MessageDto)).toEqual({ name: 'Ana', main: { title: 'Yes' } });
  });

  it.each([
    [{ name: 'Ana', buttons: null, main: null }, []],
    [{ name: 7, age: 1.5 }, ['age must be a whole number.', 'name must be a text.']],
    [{ name: 'Ana', main: {} }, ['main.title must be a text.']],
    [{ name: 'Ana', buttons: [{ title: 'x' }, {}] }, ['buttons[1].title must be a text.']],
    [{ name: 'Ana', buttons: ['x'] }, ['buttons[0].title must be a text.']],
    [{ name: 'Ana', buttons: [{}, {}, {}] }, ['buttons must be a list.']],
    [{ name: 'Ana', buttons: { 0: 'x' } }, ['buttons must be a list.']],
  ])('is its check: %j has the problems %j', (body, problems) => {
    expect(check(body)).toEqual(problems);
  });

  it.each([
    ['firstName', 'name'],
    ['person.first', 'name'],
    ['action.buttons', 'buttons'],
    ['action.buttons[1]', 'buttons[1]'],
    ['action.buttons[1].reply.title', 'buttons[1].title'],
    ['main.reply.title', 'main.title'],
    ['elsewhere', 'elsewhere'],
  ])('names %s of the service %s', (path, name) => {
    expect(new FieldNames(MessageDto).inPath(path)).toBe(name);
  });

  it('has a schema of its own: two of one name are refused', () => {
    const other = { MessageDto: class {} }.MessageDto;
    expect(() => new ClassSchemas('Some surface').refTo(other)).toThrow(/MessageDto/);
  });
});
