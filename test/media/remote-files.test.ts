import { buffer } from 'node:stream/consumers';
import type { ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isPublicAddress, lookupPublic } from '../../lib/remote-urls.js';
import { RemoteFiles } from '../../lib/media/remote-files.js';
import { httpServer } from '../graph/local-server.js';
import { fileOf } from './sample-files.js';

function remoteFiles(mediaUrls: 'public' | 'any'): RemoteFiles {
  const files = new RemoteFiles({ mediaUrls });
  onTestFinished(() => files.onApplicationShutdown());
  return files;
}

const served = (serve: (path: string, response: ServerResponse) => void) =>
  httpServer((request, response) => serve(request.url ?? '', response));

describe('a file by its address', () => {
  it('comes with what its server and its address say of its type', async () => {
    const url = await served((_, response) => {
      response.writeHead(200, { 'content-type': 'image/png' }).end(fileOf('png'));
    });
    const { body, ...reported } = await remoteFiles('any').open(`${url}/folder/photo.png?size=1`);
    expect(await buffer(body)).toEqual(fileOf('png'));
    expect(reported).toEqual({ contentType: 'image/png', filename: 'photo.png' });
  });

  it('is found where its server redirects to', async () => {
    const url = await served((path, response) => {
      if (path === '/file.pdf') response.end(fileOf('pdf'));
      else response.writeHead(302, { location: 'file.pdf' }).end();
    });
    expect((await remoteFiles('any').open(new URL(url))).filename).toBe('file.pdf');
  });

  it('is given up after three redirects', async () => {
    let requests = 0;
    const url = await served((_, response) => {
      requests += 1;
      response.writeHead(302, { location: '/again' }).end();
    });
    await expect(remoteFiles('any').open(url)).rejects.toThrow(/redirected more than 3 times/);
    expect(requests).toBe(4);
  });

  it.each([404, 500, 204, 304])('is not there when its server answers %i', async (status) => {
    const url = await served((_, response) => response.writeHead(status).end());
    await expect(remoteFiles('any').open(url)).rejects.toThrow(
      `could not be downloaded: its server answered HTTP ${status}`,
    );
  });

  it('is not there when no one answers', async () => {
    await expect(remoteFiles('any').open('http://127.0.0.1:9/')).rejects.toThrow(/could not be downloaded/);
  });

  it.each([
    'http://example.com/a.png',
    'file:///etc/passwd',
    'https://127.0.0.1/a.png',
    'https://2130706433/a.png',
    'https://[::1]/a.png',
    'https://[::ffff:10.0.0.1]/a.png',
    'https://169.254.169.254/latest/meta-data',
    'https://168.63.129.16/metadata',
    'https://0xa83f8110/',
    'https://[64:ff9b::a00:1]/a.png',
    'https://[2002:a00:1::]/a.png',
    'https://[fd00:ec2::254]/a.png',
    'https://localhost:1/',
    'https://files.internal/a.png',
    'https://user:secret@example.com/a.png',
    'nonsense',
  ])('is not asked for at %s', async (address) => {
    await expect(remoteFiles('public').open(address)).rejects.toThrow(/must be a public https address/);
  });
});

describe('public addresses', () => {
  it.each(['8.8.8.8', '172.32.0.1', '::ffff:8.8.8.8', '2606:4700::1111'])('%s is one', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each(['10.1.2.3', '100.64.0.1', '172.16.0.1', '192.168.1.1', '0.0.0.0', '::', '::1', 'fd00::1', 'fe80::1', 'x'])(
    '%s is none',
    (address) => {
      expect(isPublicAddress(address)).toBe(false);
    },
  );

  it.each(['4000::1', '100:0:0:1::1', '1fff::1', '8000::1', '64:ff9b::808:808', '::ffff:0:808:808', '2001:db8::1'])(
    '%s is none, for it was given to no one or leads elsewhere',
    (address) => expect(isPublicAddress(address)).toBe(false),
  );

  it.each([true, false])('a name is looked up with all its addresses: %s', async (all) => {
    const results: unknown[] = [];
    await new Promise<void>((resolve) => {
      lookupPublic('localhost', { all }, (error) => {
        results.push(error?.message);
        resolve();
      });
    });
    expect(results).toEqual(['The name leads to a private address.']);
  });
});
