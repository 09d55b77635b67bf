extension PageScript {
  /// What is on this server's disk, and how each client is told of it.
  static let contents = #"""
    let images = [];
    const host = location.host;
    function renderContents() {
      const words = $('here-filter').value.trim().toLowerCase(), list = $('contents');
      const fitting = images.filter((image) => image.name.toLowerCase().includes(words));
      if (!fitting.length) { list.replaceChildren(el('li', {}, el('span', {}, images.length ? t('none-fit') : t(
        'none-here')))); return; }
      list.replaceChildren(...fitting.slice(0, 200).map((image) => el('li', {}, el('details', {},
        el('summary', {className: 'mono'}, image.name, ' ', el('span', {className: 'size'}, t('tag-count',
          image.tags.length))),
        image.tags.slice(0, 200).flatMap((tag) => [copyable('docker pull ' + host + '/' + image.path + ':' + tag.tag),
          el('p', {className: 'hint'}, el('a', {href: tag.archive, download: '', 'aria-label': t(
            'download') + ': ' + image.name + ':' + tag.tag}, t('download')), ' · ', tag.platforms?.length ? tag.platforms.join(', ') + ' · ' : '',
            tag.size ? size(tag.size) + ' · ' : '', short(tag.digest))])))));
    }
    async function loadContents() {
      try {
        images = (await ask('/api/contents')).images;
        $('here-filter').hidden = images.length < 8;
        renderContents();
      } catch (error) { show($('contents'), el('li', {}, told(error))); }
    }
    async function loadClients() {
      let clients;
      const address = '/api/clients?' + new URLSearchParams({origin: location.origin});
      try { clients = (await ask(address)).clients; } catch { clients = []; }
      if (!clients.length) { $('clients').hidden = true; return; }
      const choice = $('client'), box = $('client-text');
      choice.replaceChildren(...clients.map((client, index) => el('option', {value: String(index)}, client.name)));
      const fill = () => {
        const client = clients[Number(choice.value)];
        box.replaceChildren(el('p', {className: 'hint'}, t('write-to'), ' ', el('code', {}, client.path)), copyable(
          client.text, client.path));
      };
      choice.onchange = fill;
      fill();
    }
    """#
}
