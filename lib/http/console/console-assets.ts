import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { ConfigurationError } from '../../errors.js';
import { codeOf } from '../../foreign-errors.js';

/** A file of the page, as bytes in each encoding that was made of it when the package was built. */
export interface ConsoleAsset {
  readonly type: string;
  readonly encodings: ReadonlyMap<Encoding, Buffer>;
}

/** As `Accept-Encoding` names them, the smallest first. */
const ENCODINGS = ['br', 'gzip', 'identity'] as const;
type Encoding = (typeof ENCODINGS)[number];

const ENDINGS: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz', identity: '' };

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** What the build calls its files: a name, a hash, an ending. No other name is looked for. */
const ASSET_NAME = /^[a-z][\w-]*(?:\.[\w-]+)*\.(js|css|svg)$/i;

/** The package is one file in `dist/`; its tests run the sources. */
const FOLDERS = [join(__dirname, 'console'), join(__dirname, '../../../dist/console')];

/** The files of the console's page, read when they are first asked for and then kept: they are few and do not change. */
@Injectable()
export class ConsoleAssets {
  #page: Promise<{ readonly folder: string; readonly html: string }> | undefined;
  readonly #assets = new Map<string, Promise<ConsoleAsset | undefined>>();

  /**
   * The page, with addresses that are relative to a base.
   * @param base where the console is, seen from the address of the page: `./` or `../`
   */
  async page(base: string): Promise<string> {
    const { html } = await this.#found();
    return html.replace('<base href="./"', () => `<base href="${escapeAttribute(base)}"`);
  }

  /** A file by its name; undefined when there is none. */
  async asset(name: string): Promise<ConsoleAsset | undefined> {
    const [, ending = ''] = ASSET_NAME.exec(name) ?? [];
    const type = TYPES[ending.toLowerCase()];
    if (type === undefined) return undefined;
    const known = this.#assets.get(name) ?? this.#read(name, type);
    const asset = await known;
    if (asset) this.#assets.set(name, known);
    return asset;
  }

  async #read(name: string, type: string): Promise<ConsoleAsset | undefined> {
    const { folder } = await this.#found();
    const encodings = new Map<Encoding, Buffer>();
    for (const encoding of ENCODINGS) {
      const bytes = await readIfThere(join(folder, 'assets', name + ENDINGS[encoding]));
      if (bytes) encodings.set(encoding, bytes);
    }
    return encodings.has('identity') ? { type, encodings } : undefined;
  }

  #found() {
    this.#page ??= findPage().catch((error: unknown) => {
      this.#page = undefined;
      throw error;
    });
    return this.#page;
  }
}

/** The encoding of an asset that a client takes. */
export function encodingFor({ encodings }: ConsoleAsset, accepted: string | undefined): [Encoding, Buffer] {
  const taken = new Set(
    (accepted ?? '')
      .toLowerCase()
      .split(',')
      .filter((part) => !/;\s*q=0(?:\.0*)?\s*$/.test(part))
      .map((part) => part.split(';', 1)[0]?.trim()),
  );
  for (const encoding of ENCODINGS) {
    const bytes = encodings.get(encoding);
    if (bytes && (encoding === 'identity' || taken.has(encoding))) return [encoding, bytes];
  }
  throw new Error('An asset without bytes.');
}

/** @throws ConfigurationError when the package was not built */
async function findPage() {
  for (const folder of FOLDERS) {
    const html = await readIfThere(join(folder, 'built.html'));
    if (html) return { folder, html: html.toString('utf8') };
  }
  throw new ConfigurationError(
    `The console's page is not built: run "npm run build", which writes it to ${FOLDERS[0]}.`,
  );
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

const escapeAttribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
