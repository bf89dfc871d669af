/** Calls the sample app over HTTP and prints what was asked and answered. */
export class DemoClient {
  constructor(
    readonly url: string,
    private readonly apiKey: string,
  ) {}

  async show(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    console.log(`${method} ${path}${body ? `\n${indent(body)}` : ''}`);
    const response = await this.fetch(path, { method, body: body && JSON.stringify(body) });
    const answer: Record<string, unknown> = JSON.parse(await response.text());
    console.log(`→ ${response.status}\n${indent(answer)}\n`);
    return answer;
  }

  fetch(path: string, request: RequestInit = {}): Promise<Response> {
    const headers = { 'X-API-Key': this.apiKey, 'Content-Type': 'application/json' };
    return fetch(this.url + path, { ...request, headers });
  }
}

export const indent = (value: unknown): string => JSON.stringify(value, null, 2).replaceAll(/^/gm, '    ');
