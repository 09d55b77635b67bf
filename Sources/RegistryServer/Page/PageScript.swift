/// The page's script. It puts what comes from people and registries into text nodes alone.
enum PageScript {
  static let text = [parts, lookup, downloads, contents, uploads, start].joined(separator: "\n")

  /// What all of it stands on.
  private static let parts = #"""
    'use strict';
    const T = JSON.parse(document.body.dataset.texts), F = JSON.parse(document.body.dataset.features);
    const t = (key, ...values) =>
      values.reduce((text, value, i) => text.replace('{' + i + '}', () => value), T[key] ?? key);
    const $ = (id) => document.getElementById(id);
    const lang = document.documentElement.lang;
    function el(tag, props, ...children) {
      const node = document.createElement(tag);
      for (const [key, value] of Object.entries(props ?? {})) {
        if (value == null) continue;
        if (key in node) node[key] = value; else node.setAttribute(key, value);
      }
      node.append(...children.flat().filter((child) => child != null));
      return node;
    }
    const show = (node, ...children) => { node.replaceChildren(...children.flat()); node.hidden = false; };
    const say = (text) => { $('status').textContent = text; };
    const units = ['B', 'kB', 'MB', 'GB', 'TB'];
    function size(bytes) {
      if (bytes == null) return '?';
      let unit = 0;
      while (bytes >= 1000 && unit < units.length - 1) { bytes /= 1000; unit++; }
      const digits = unit && bytes < 100 ? 1 : 0;
      return new Intl.NumberFormat(lang, {maximumFractionDigits: digits}).format(bytes) + '\u00a0' + units[unit];
    }
    function time(seconds) {
      seconds = Math.max(0, Math.round(seconds));
      const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
      if (!parts[0]) parts.shift();
      return parts.map((part, i) => i ? String(part).padStart(2, '0') : part).join(':');
    }
    const short = (digest) => digest.length > 24 ? digest.slice(0, 19) + '…' : digest;
    // randomUUID is there over TLS alone.
    const makeID = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2,
      '0')).join('');
    const quoted = (text) => /^[\w@%+=:,./-]+$/.test(text) ? text : "'" + text.replaceAll("'", "'\\''") + "'";
    class Failure extends Error {
      constructor(code, message, more) { super(message); this.code = code; this.more = more; }
    }
    async function ask(address, options) {
      let answer;
      try { answer = await fetch(address, {headers: {Accept: 'application/json'}, ...options}); }
      catch { throw new Failure('no-connection', ''); }
      const body = await answer.json().catch(() => null);
      if (answer.ok && body) return body;
      const error = body?.error ?? {};
      throw new Failure(error.code ?? 'status', error.message ?? String(answer.status),
        body?.available ?? error.available);
    }
    function told(error) {
      const known = 'error-' + error.code in T;
      const words = known ? t('error-' + error.code) : t('error-unknown');
      const detail = error.message && (lang === 'en' || !known) ? error.message : '';
      const whole = !detail ? words : known ? words + ' (' + detail + ')' : words + ' ' + detail;
      return el('p', {className: 'bad'}, whole);
    }
    async function copy(text, button) {
      let done = false;
      try { await navigator.clipboard.writeText(text); done = true; } catch {
        const area = el('textarea', {value: text, className: 'sr'});
        document.body.append(area);
        area.select();
        try { done = document.execCommand('copy'); } catch { done = false; }
        area.remove();
        button.focus();
      }
      button.textContent = done ? t('copied') : t('copy');
      if (done) say(t('copied'));
      setTimeout(() => { button.textContent = t('copy'); }, 2000);
    }
    function copyable(text, label) {
      const button = el('button', {type: 'button', className: 'small', 'aria-label': t('copy') + ': ' + (
        label ?? text)}, t('copy'));
      button.onclick = () => copy(text, button);
      return el('div', {className: 'copy'}, el('pre', {tabIndex: 0}, text), button);
    }
    const kept = {
      read(key) { try { return JSON.parse(localStorage.getItem('dray.' + key)); } catch { return null; } },
      write(key, value) { try { localStorage.setItem('dray.' + key, JSON.stringify(value)); } catch {
        /* not kept */ } },
    };
    """#
}
