import type { OutgoingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { world, type World } from './proxy.fixture.js';

let stage: World;
/** What the sandbox puts in the head of its answer. */
let says: OutgoingHttpHeaders = {};

beforeAll(async () => {
  stage = await world({
    notebook: (_, response) => {
      response.writeHead(200, says);
      response.end();
    }
  });
});
afterAll(() => stage.close());

const ask = async (headers: OutgoingHttpHeaders = {}) =>
  stage.ask('/lab', { host: stage.host.notebook, headers: { cookie: await stage.passFor(), ...headers } });

const seen = () => stage.behind.notebook.last()?.headers ?? {};

describe('a hostile notebook server reads in the requests', () => {
  it('no cookie but its own: neither the pass, nor the hub’s, nor an organisation’s sign-in', async () => {
    const others = [
      'sso=secret',
      '__Host-hopslab_session=secret',
      'JSESSIONID=secret',
      'x_xsrf=secret',
      'secret'
    ];
    await ask({ cookie: [...others, '_xsrf=1', 'username-localhost=2', await stage.passFor()].join('; ') });
    expect(seen().cookie).toBe('_xsrf=1; username-localhost=2');
  });

  it('no token, of a program or against forgery', async () => {
    const { token } = await stage.tokens.issue({ user: 'ada', session: 's1' });
    await stage.ask('/lab', {
      host: stage.host.notebook,
      headers: {
        authorization: `Bearer ${token}`,
        'x-csrf-token': 'secret',
        'proxy-authorization': 'Basic secret'
      }
    });
    expect(JSON.stringify(seen())).not.toMatch(/secret|Bearer/);
    expect(seen().host).toBe('localhost');
  });

  it('no address of the person, nor one that they made up', async () => {
    const names = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'forwarded', 'x-real-ip'];
    await ask({
      ...Object.fromEntries(names.map(name => [name, '1.2.3.4'])),
      'x-hopslab-client-address': '1.2.3.4'
    });
    expect(JSON.stringify(seen())).not.toMatch(/1\.2\.3\.4|127\.0\.0\.1/);
  });

  it('not where else the person was', async () => {
    for (const referer of [`${stage.origins.hub}/projects/secret`, 'https://elsewhere.example/secret'])
      await ask({ referer, 'sec-fetch-site': 'none' });
    expect(JSON.stringify(seen())).not.toContain('secret');
  });
});

describe('a hostile notebook server sets with its answers', () => {
  /** Names of the headers that come through of those given. */
  const through = async (given: OutgoingHttpHeaders): Promise<OutgoingHttpHeaders> => {
    says = { ...given, 'X-Its-Own': '1' };
    const { headers } = await ask();
    expect(headers['x-its-own']).toBe('1');
    return Object.fromEntries(
      Object.keys(given)
        .map(name => name.toLowerCase())
        .filter(name => name in headers)
        .map(name => [name, headers[name]])
    );
  };

  it('no cookie of ours and none on the whole domain', async () => {
    const planted = [
      '__Host-hopslab_session=x; Path=/; Secure',
      '__host-HOPSLAB_notebook=x; Path=/; Secure',
      '=__Host-hopslab_session=x',
      'session=x; Domain=hopslab-test.localhost',
      'session=x; domain = .hopslab-test.localhost'
    ];
    expect(await through({ 'Set-Cookie': planted })).toEqual({});
  });

  it('nothing that wipes the browser’s data of the site', async () => {
    expect(await through({ 'Clear-Site-Data': '"*"' })).toEqual({});
  });

  it('no wider scope for a service worker', async () => {
    expect(await through({ 'Service-Worker-Allowed': '/' })).toEqual({});
  });

  it('no other server for the origin, nor a rule for its subdomains', async () => {
    says = { 'Alt-Svc': 'h3=":1"; ma=9', 'Strict-Transport-Security': 'max-age=0; includeSubDomains' };
    const { headers } = await ask();
    expect(headers).not.toHaveProperty('alt-svc');
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
  });

  it('no leave for other origins to read or open it', async () => {
    expect(
      await through({
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Allow-Credentials': 'true',
        'Access-Control-Allow-Private-Network': 'true'
      })
    ).toEqual({});
    says = { 'Cross-Origin-Opener-Policy': 'unsafe-none', 'X-Content-Type-Options': 'sniff' };
    expect((await ask()).headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'x-content-type-options': 'nosniff'
    });
  });

  it('no leave to be framed', async () => {
    says = { 'Content-Security-Policy': 'frame-ancestors *' };
    expect((await ask()).headers['content-security-policy']).toContain("frame-ancestors 'self'");
  });

  it('no watch over the requests of the origin', async () => {
    expect(
      await through({
        NEL: '{"report_to":"x","max_age":99999999,"success_fraction":1}',
        'Report-To': '{"group":"x","max_age":99999999,"endpoints":[{"url":"https://evil.example"}]}',
        'Reporting-Endpoints': 'x="https://evil.example"'
      })
    ).toEqual({});
  });

  it('no question for a password, nor a word in our name', async () => {
    expect(await through({ 'WWW-Authenticate': 'Basic', 'X-Hopslab-Anything': '1' })).toEqual({});
  });
});
