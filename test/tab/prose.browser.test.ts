import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { flushSync } from 'react-dom';
import { Prose } from '../../src/tab/design/prose.tsx';
import { hostileText } from './fixtures/states.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

function render(text: string): HTMLElement {
  const root = document.createElement('div');
  document.body.append(root);
  const react = createRoot(root);
  flushSync(() => react.render(createElement(Prose, { text })));
  closers.push(() => {
    react.unmount();
    root.remove();
  });
  return root;
}

const allowed = new Set(
  'A BLOCKQUOTE BR CODE DEL DIV EM H4 HR INPUT LI OL P PRE SPAN STRONG SUP SECTION TABLE TBODY TD TH THEAD TR UL'.split(
    ' ',
  ),
);

/** What must hold of the page whatever the text. */
function expectInert(root: HTMLElement): void {
  for (const element of root.querySelectorAll('*')) {
    expect(allowed).toContain(element.tagName);
    for (const { name, value } of element.attributes) {
      expect(name).not.toMatch(/^on|^style$|^id$|^src/);
      if (name === 'href') expect(value).toMatch(/^(https?|mailto):/);
    }
  }
}

describe('hostile text', () => {
  test('R2: scripts, handlers, frames and styles are shown as the text they are and never run', async () => {
    const root = render(hostileText);
    expectInert(root);
    expect(root.textContent).toContain('<script>globalThis.struck = true</script>');
    expect(root.textContent).toContain('onerror="globalThis.struck = true"');
    // Links are left alone: a click would really open them.
    for (const element of root.querySelectorAll<HTMLElement>(':not(a, a *)')) element.click();
    expect(Object.hasOwn(globalThis, 'struck')).toBe(false);
  });

  test('R3: a picture is not loaded; its description and host are told', () => {
    const root = render('![a cat](https://tracker.example/pixel.png)');
    expect(root.querySelector('img')).toBeNull();
    expect(root.textContent).toBe('[picture not loaded: a cat, from tracker.example]');
    expect(performance.getEntriesByType('resource').some(({ name }) => name.includes('tracker.example'))).toBe(false);
  });

  test('R4: a link tells its host, opens apart and without a referrer', () => {
    const link = render('[your bank](https://evil.example/login)').querySelector('a');
    expect(link?.textContent).toBe('your bank (evil.example)');
    expect(link?.rel.split(' ')).toEqual(expect.arrayContaining(['noopener', 'noreferrer']));
    expect(link?.target).toBe('_blank');
  });

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java&#10;script:alert(1)',
    'data:text/html,hi',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:x',
    '#here',
    '/relative',
    '//host.example/x',
  ])('R4: [text](%s) is no link', (address) => {
    const root = render(`[text](${address}) and [ref][1]\n\n[1]: ${address}`);
    expect(root.querySelector('a')).toBeNull();
    expect(root.textContent).toContain('text');
  });

  test('R4: a host in another script is told in its plain form', () => {
    const root = render('[apple](https://аpple.com/)');
    expect(root.textContent).toContain('(xn--pple-43d.com)');
  });

  test.each([
    ['quotes', '>'.repeat(6_000) + ' deep'],
    ['lists', '- '.repeat(3_000) + 'deep'],
    ['emphasis', '*a '.repeat(4_000)],
    ['stars', '*'.repeat(4_000) + 'deep' + '*'.repeat(4_000)],
    ['brackets', '['.repeat(8_000)],
    ['images', '!['.repeat(4_000) + 'x' + '](y)'.repeat(2_000)],
    ['backquotes', '`'.repeat(7_999) + 'x'],
    ['links in many blocks', '[a](b) ![c](d)\n\n'.repeat(900)],
  ])('R6: %s beyond reason are shown as they came', (_, text) => {
    const root = render(text);
    expectInert(root);
    expect(root.querySelector('.prose-plain')?.textContent).toBe(text.slice(0, 16_000));
    expect(root.querySelectorAll('*').length).toBeLessThan(5);
  });

  test('R6: a text of any length is cut, and says so', () => {
    const root = render('word '.repeat(50_000));
    expect(root.textContent?.length ?? 0).toBeLessThan(16_100);
    expect(root.textContent).toContain('too long to show');
  });

  test('R6: nesting that no line shows is cut down to its text', () => {
    const lines = Array.from({ length: 100 }, (__, depth) => `${'  '.repeat(depth)}- deep`);
    const root = render(lines.join('\n'));
    expectInert(root);
    let deepest = 0;
    for (let element of root.querySelectorAll('*')) {
      let depth = 0;
      while (element.parentElement !== null && element !== root) {
        depth++;
        element = element.parentElement;
      }
      deepest = Math.max(deepest, depth);
    }
    expect(deepest).toBeGreaterThan(10);
    expect(deepest).toBeLessThan(40);
    expect(root.textContent?.match(/deep/g)).toHaveLength(100);
  });

  test('R2: arbitrary text with markup in it stays inert', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom(
        '<',
        '>',
        '<img onerror=x src=y>',
        '](javascript:x)',
        '![',
        '[',
        '`',
        '\n\n',
        '- ',
        '|',
        '<svg/onload=x>',
        '&lt;',
        '#',
        '***',
        '<!--',
        '<a href="javascript:x">',
        '[^1]',
        '\u202e',
        '\u0000',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const root = render(pieces.join(''));
        expectInert(root);
        for (const close of closers.splice(0)) close();
      }),
      { numRuns: 150 },
    );
  });
});

describe('honest text', () => {
  test('markdown is drawn: emphasis, lists, code, tables', () => {
    const root = render('**bold** and `code`\n\n- one\n- two\n\n| a | b |\n|--|--|\n| 1 | 2 |');
    expect(root.querySelector('strong')?.textContent).toBe('bold');
    expect(root.querySelector('code')?.textContent).toBe('code');
    expect(root.querySelectorAll('li')).toHaveLength(2);
    expect(root.querySelectorAll('td')).toHaveLength(2);
  });

  test('a heading of an answer stands below the headings of the page', () => {
    expect(render('# Title').querySelector('h4')?.textContent).toBe('Title');
  });
});
