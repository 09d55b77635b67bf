extension PageScript {
  /// What the server has sent of a download: the browser shows its own side.
  static let downloads = #"""
    function meter(label) {
      const bar = el('progress', {'aria-label': label}), text = el('p', {className: 'hint'});
      return {bar, text, set(sent, total) {
        if (total) { bar.max = total; bar.value = sent; } else bar.removeAttribute('value');
      }};
    }
    function watch(id, name, total) {
      const progress = meter(t('progress-of', name)), state = el('p', {}, t('state-waiting'));
      const layers = el('ol', {className: 'list layers'});
      const details = el('details', {hidden: true}, el('summary', {}, t('each-layer')), layers);
      const close = el('button', {type: 'button', className: 'small', 'aria-label': t('hide') + ': ' + name}, t(
        'hide'));
      const card = el('div', {className: 'card'}, el('h3', {}, name), state, progress.bar, progress.text, details,
        close);
      let last = '', tries = 0, stopped = false;
      close.onclick = () => { stopped = true; card.remove(); };
      $('downloads').prepend(card);
      say(t('download-began', name));
      const enter = (key, className) => {
        if (key === last) return;
        last = key;
        state.textContent = t('state-' + key);
        state.className = className;
        say(name + ': ' + t('state-' + key));
      };
      const step = async () => {
        if (stopped) return;
        let pause = 1000;
        try {
          const now = await ask('/api/downloads/' + id);
          tries = 0;
          progress.set(now.sent, now.size ?? total);
          const left = now.state === 'running' && now.secondsLeft != null ? t('left', time(now.secondsLeft)) : '';
          const rate = now.state === 'running' && now.bytesPerSecond ? size(now.bytesPerSecond) + '/s' : '';
          progress.text.textContent = [t('of', size(now.sent), size(now.size)), rate, left].filter(Boolean).join(' · ');
          if (now.layers?.length) {
            details.hidden = false;
            if (details.open) layers.replaceChildren(...now.layers.map((layer) => el('li', {}, el('code', {}, short(
              layer.digest)),
              el('progress', {max: Math.max(layer.size, 1), value: layer.sent, 'aria-label': layer.digest}),
              el('span', {className: 'size'}, t('of', size(layer.sent), size(layer.size))))));
          }
          enter(now.state, now.state === 'cut' ? 'bad' : now.state === 'complete' ? 'good' : '');
          if (now.state === 'complete') return;
          if (now.state === 'cut') pause = 3000;
        } catch (error) {
          if (error.code !== 'not-found' && error.code !== 'no-connection') enter('lost', 'bad');
          if (error.code === 'no-connection') enter('away', 'bad');
          if (++tries > 120) { enter('lost', 'bad'); return; }
          if (tries > 10) pause = 5000;
        }
        setTimeout(step, pause);
      };
      setTimeout(step, 300);
    }
    """#
}
