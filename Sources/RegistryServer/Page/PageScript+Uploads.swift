extension PageScript {
  /// Archives that are dropped into the page.
  static let uploads = #"""
    const waiting = [];
    let sending = false;
    function take(files) {
      for (const file of files) waiting.push(upload(file));
      sendNext();
    }
    async function sendNext() {
      if (sending) return;
      sending = true;
      while (waiting.length) await waiting.shift()();
      sending = false;
    }
    function upload(file) {
      const progress = meter(t('progress-of', file.name)), state = el('p', {}, t('upload-waiting')), names = el('ul',
        {className: 'list'});
      const card = el('div', {className: 'card'}, el('h3', {}, file.name), state, progress.bar, progress.text, names);
      $('uploads').prepend(card);
      const id = makeID(), start = Date.now();
      const enter = (key, className, ...values) => {
        state.textContent = t('upload-' + key, ...values);
        state.className = className;
        say(file.name + ': ' + state.textContent);
      };
      return () => new Promise((resolve) => {
        const request = new XMLHttpRequest();
        let timer = 0, phase = 'checking';
        const watch = async () => {
          const state = await ask('/api/upload?' + new URLSearchParams({id})).catch(() => null);
          if (!state || request.readyState === 4) return;
          if (phase !== state.phase) enter(phase = state.phase, '');
          progress.set(state.done, state.total);
          progress.text.textContent = t('of', size(state.done), size(state.total));
        };
        request.open('POST', '/api/upload?' + new URLSearchParams({id, name: file.name}));
        request.setRequestHeader('Content-Type', 'application/x-tar');
        request.responseType = 'json';
        enter('sending', '');
        request.upload.onprogress = (event) => {
          progress.set(event.loaded, event.total);
          const rate = event.loaded / Math.max(0.001, (Date.now() - start) / 1000);
          progress.text.textContent = [t('of', size(event.loaded), size(event.total)), size(rate) + '/s',
            t('left', time((event.total - event.loaded) / Math.max(rate, 1)))].join(' · ');
        };
        request.upload.onload = () => { enter('checking', ''); progress.set(0, 0); progress.text.textContent = size(
          file.size); if (F.pushes) timer = setInterval(watch, 1000); };
        request.onloadend = () => {
          clearInterval(timer);
          progress.bar.hidden = true;
          const body = request.response;
          if (request.status >= 200 && request.status < 300 && body?.images) {
            enter('done', 'good', String(body.images.length));
            names.replaceChildren(...body.images.map((name) => el('li', {}, el('span', {}, name))));
            if (!$('here').hidden) loadContents();
          } else {
            const error = body?.error ?? {code: request.status ? 'status' : 'no-connection', message: String(
              request.status || '')};
            enter('failed', 'bad');
            names.replaceChildren(el('li', {}, told(error)));
          }
          resolve();
        };
        request.send(file);
      });
    }
    """#
}
