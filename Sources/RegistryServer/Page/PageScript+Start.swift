extension PageScript {
  static let start = #"""
    document.documentElement.classList.add('script');
    $('host').textContent = host;
    for (const other of ['zh', 'en']) {
      const link = $('lang-' + other);
      if (lang.startsWith(other)) link.setAttribute('aria-current', 'true');
      link.onclick = () => kept.write('lang', other);
    }
    const wanted = kept.read('lang');
    if ((wanted === 'zh' || wanted === 'en') && !lang.startsWith(wanted) && !location.search) location.replace(
      '?lang=' + wanted);
    if (!$('get').hidden) {
      $('upstreams').textContent = F.upstreams?.length ? t('upstreams', F.upstreams.join(', ')) : '';
      $('lookup').onsubmit = (event) => { event.preventDefault(); find($('image').value.trim()); };
      $('image').onpaste = (event) => {
        const lines = (event.clipboardData?.getData('text') ?? '').split(/\r?\n/).map((line) => line.trim()).filter(
          Boolean);
        if (lines.length < 2) return;
        event.preventDefault();
        (async () => {
          for (const line of lines.slice(0, 50)) {
            try {
              const image = await ask('/api/image?' + new URLSearchParams({name: line}));
              if (image.archive && !basket.some((entry) => entry.reference === image.reference)) basket.push(image);
            } catch (error) { show($('result'), el('p', {}, line), told(error)); }
          }
          renderBasket();
          say(t('together'));
        })();
      };
      renderHistory();
    }
    if (!$('put').hidden) {
      const drop = $('drop');
      $('file').onchange = (event) => { take(event.target.files); event.target.value = ''; };
      for (const name of ['dragenter', 'dragover']) drop.addEventListener(name, (event) => { event.preventDefault();
        drop.classList.add('over'); });
      drop.addEventListener('dragleave', () => drop.classList.remove('over'));
      drop.addEventListener('drop', (event) => { event.preventDefault(); drop.classList.remove('over'); take(
        event.dataTransfer.files); });
      // A file that misses its place would replace the page.
      for (const name of ['dragover', 'drop']) addEventListener(name, (event) => event.preventDefault());
    }
    if (!$('here').hidden) {
      $('here-filter').oninput = renderContents;
      loadContents();
      loadClients();
    }
    """#
}
