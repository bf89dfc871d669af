/** The fields of an example in JSON as a form has them: `contact[firstname]`, `contact[groups][]`. */
export function formOf(example: unknown): FormData {
  const form = new FormData();
  append(form, '', example);
  return form;
}

function append(form: FormData, name: string, value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) append(form, `${name}[]`, item);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) append(form, name === '' ? key : `${name}[${key}]`, item);
  } else {
    form.append(name, String(value));
  }
}
