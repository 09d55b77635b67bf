extension PageScript {
  /// An image: what was typed, and what it stands for.
  static let lookup = #"""
    let asked = 0;
    const basket = [];
    async function find(typed, platform) {
      const mine = ++asked, result = $('result');
      $('find').disabled = true;
      if (!platform) show(result, el('p', {}, t('looking', typed)));
      say(t('looking', typed));
      try {
        const query = new URLSearchParams({name: typed});
        if (platform) query.set('platform', platform);
        const image = await ask('/api/image?' + query);
        if (mine !== asked) return;
        render(image, typed);
        if (!platform) remember(image.name);
      } catch (error) {
        if (mine !== asked) return;
        const more = Array.isArray(error.more) ? el('p', {}, t('available'), ' ', error.more.join(', ')) : null;
        show(result, [told(error), more].filter(Boolean));
        say(result.textContent);
      } finally { if (mine === asked) $('find').disabled = false; }
    }
    function render(image, typed) {
      const result = $('result'), focused = document.activeElement?.name === 'platform';
      const facts = el('dl', {}, el('dt', {}, t('reference')), el('dd', {}, el('code', {}, image.reference)),
        el('dt', {}, t('digest')), el('dd', {}, el('code', {}, image.digest)));
      const children = [el('h2', {}, image.name), facts];
      if (image.platforms?.length) {
        const choices = image.platforms.map((entry) => {
          const radio = el('input', {type: 'radio', name: 'platform', value: entry.platform,
            checked: entry.platform === image.platform});
          radio.onchange = () => find(typed, entry.platform);
          return el('label', {}, radio, el('span', {}, entry.platform), el('span', {className: 'size'}, size(
            entry.size)));
        });
        children.push(el('fieldset', {}, el('legend', {}, t('platform')), el('div', {className: 'choices'}, choices)));
        if (!image.platform) children.push(el('p', {className: 'bad'}, t('choose-platform')));
      }
      if (image.archive) children.push(archive(image));
      if (image.layers?.length) children.push(el('details', {}, el('summary', {}, t('layers', image.layers.length)),
        el('ol', {className: 'list layers'}, image.layers.map((layer) => el('li', {},
          el('code', {}, layer.digest), el('span', {className: 'size'}, size(layer.size)))))));
      if (image.tag) children.push(tags(image));
      show(result, children);
      say(image.name + ' ' + (image.archive ? size(image.archive.size) : ''));
      if (focused) result.querySelector('input[name=platform]:checked')?.focus();
    }
    function archive(image) {
      const form = el('select', {id: 'form'}, ['docker+oci', 'docker', 'oci'].map((value) => el('option', {value}, t(
        'form-' + value))));
      const link = el('a', {className: 'button', download: image.archive.fileName}, t('download-size', size(
        image.archive.size)));
      const add = el('button', {type: 'button'}, t('add'));
      const lines = el('div');
      let id;
      const address = () => image.archive.path + (form.value === 'docker+oci' ? '' : '&form=' + encodeURIComponent(
        form.value));
      const arm = () => { id = makeID(); link.href = address() + '&id=' + id; };
      form.onchange = () => { arm(); lines.replaceChildren(...commands(address(), image.archive.fileName)); };
      link.onclick = () => { watch(id, image.archive.fileName, image.archive.size); setTimeout(arm); };
      add.onclick = () => {
        if (!basket.some((entry) => entry.reference === image.reference)) basket.push(image);
        renderBasket();
        say(t('added', image.name));
      };
      arm();
      lines.append(...commands(address(), image.archive.fileName));
      return el('div', {}, el('label', {htmlFor: 'form'}, t('form')), form,
        el('div', {className: 'actions'}, link, add),
        el('details', {}, el('summary', {}, t('commands')), lines));
    }
    function commands(path, file) {
      const name = quoted(file), url = new URL(path, location.href).href;
      return [[t('resume'), 'curl -f -C - -o ' + name + ' ' + quoted(url)], ['Docker', 'docker load -i ' + name],
        ['Podman', 'podman load -i ' + name], ['containerd / Kubernetes', 'ctr -n k8s.io images import ' + name],
        ['k3s / RKE2', 'cp ' + name + ' /var/lib/rancher/k3s/agent/images/']]
        .flatMap(([title, line]) => [el('p', {className: 'hint'}, title), copyable(line)]);
    }
    function tags(image) {
      const box = el('div'), details = el('details', {}, el('summary', {}, t('tags')), box);
      details.ontoggle = async () => {
        if (!details.open || box.childNodes.length) return;
        box.append(el('p', {}, t('loading')));
        try {
          const found = await ask('/api/tags?' + new URLSearchParams({name: image.reference}));
          const filter = el('input', {type: 'search', className: 'filter', id: 'tag-filter', placeholder: t('filter')});
          const list = el('div', {className: 'chips'});
          const fill = () => {
            const words = filter.value.trim().toLowerCase();
            const fitting = found.tags.filter((tag) => tag.toLowerCase().includes(words));
            list.replaceChildren(...fitting.slice(0, 100).map((tag) => {
              const button = el('button', {type: 'button'}, tag);
              button.onclick = () => { $('image').value = found.repository + ':' + tag; find($('image').value); $(
                'image').focus(); };
              return button;
            }), el('span', {className: 'hint'}, t('tags-shown', Math.min(fitting.length, 100), fitting.length)));
          };
          filter.oninput = fill;
          fill();
          box.replaceChildren(el('label', {htmlFor: 'tag-filter', className: 'sr'}, t('filter')), filter, list);
        } catch (error) { box.replaceChildren(told(error)); }
      };
      return details;
    }
    function renderBasket() {
      const box = $('basket');
      if (!basket.length) { box.hidden = true; return; }
      const rows = basket.map((image, index) => {
        const remove = el('button', {type: 'button', className: 'small', 'aria-label': t(
          'remove') + ': ' + image.name}, t('remove'));
        remove.onclick = () => { basket.splice(index, 1); renderBasket(); };
        return el('li', {}, el('span', {}, image.name), el('span', {className: 'size'}, size(image.archive.size)),
          remove);
      });
      const platform = basket[0].platform, query = new URLSearchParams(basket.map((image) => ['image',
        image.reference]));
      if (platform) query.set('platform', platform);
      const address = '/archive.tar?' + query;
      const link = el('a', {className: 'button', download: 'images.tar'}, t('download-together', basket.length));
      let id;
      const arm = () => { id = makeID(); link.href = address + '&id=' + id; };
      link.onclick = () => { watch(id, 'images.tar', null); setTimeout(arm); };
      arm();
      show(box, el('h3', {}, t('together')), el('ul', {className: 'list'}, rows),
        platform ? el('p', {className: 'hint'}, t('together-platform', platform)) : el('span'),
        el('div', {className: 'actions'}, link),
        el('details', {}, el('summary', {}, t('commands')), commands(address, 'images.tar')));
    }
    function remember(name) {
      const names = (kept.read('history') ?? []).filter((other) => other !== name);
      kept.write('history', [name, ...names].slice(0, 12));
      renderHistory();
    }
    function renderHistory() {
      const names = kept.read('history'), box = $('history');
      if (!Array.isArray(names) || !names.length) { box.hidden = true; return; }
      const clear = el('button', {type: 'button', className: 'link'}, t('forget'));
      clear.onclick = () => { kept.write('history', []); renderHistory(); $('image').focus(); };
      show(box, el('span', {className: 'hint'}, t('history')), names.filter((name) => typeof name === 'string').map((
        name) => {
        const button = el('button', {type: 'button'}, name);
        button.onclick = () => { $('image').value = name; find(name); };
        return button;
      }), clear);
    }
    """#
}
